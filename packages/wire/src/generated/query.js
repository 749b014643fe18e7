import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var QueryRequest;
(function (QueryRequest) {
    let _codec;
    QueryRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.standingOf != null && obj.standingOf.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.standingOf);
                }
                if ((obj.roster != null && obj.roster !== false)) {
                    w.uint32(24);
                    w.bool(obj.roster);
                }
                if ((obj.certificates != null && obj.certificates !== false)) {
                    w.uint32(32);
                    w.bool(obj.certificates);
                }
                if ((obj.heldSubject != null && obj.heldSubject.byteLength > 0)) {
                    w.uint32(42);
                    w.bytes(obj.heldSubject);
                }
                if ((obj.heldWindow != null && obj.heldWindow !== 0)) {
                    w.uint32(48);
                    w.uint32(obj.heldWindow);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    standingOf: uint8ArrayAlloc(0),
                    roster: false,
                    certificates: false,
                    heldSubject: uint8ArrayAlloc(0),
                    heldWindow: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.standingOf = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.roster = reader.bool();
                            break;
                        }
                        case 4: {
                            obj.certificates = reader.bool();
                            break;
                        }
                        case 5: {
                            obj.heldSubject = reader.bytes();
                            break;
                        }
                        case 6: {
                            obj.heldWindow = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, QueryRequest.codec());
    }
    QueryRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, QueryRequest.codec(), opts);
    }
    QueryRequest.decode = decode;
})(QueryRequest || (QueryRequest = {}));
export var QueryResponse;
(function (QueryResponse) {
    let _codec;
    QueryResponse.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.status != null && obj.status !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.status);
                }
                if ((obj.reason != null && obj.reason !== '')) {
                    w.uint32(26);
                    w.string(obj.reason);
                }
                if ((obj.state != null && obj.state !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.state);
                }
                if ((obj.tenths != null && obj.tenths !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.tenths);
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(48);
                    w.uint32(obj.window);
                }
                if ((obj.roster != null && obj.roster.byteLength > 0)) {
                    w.uint32(58);
                    w.bytes(obj.roster);
                }
                if (obj.certificates != null && obj.certificates.length > 0) {
                    for (const value of obj.certificates) {
                        w.uint32(66);
                        w.bytes(value);
                    }
                }
                if ((obj.held != null && obj.held !== 0)) {
                    w.uint32(72);
                    w.uint32(obj.held);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    status: 0,
                    reason: '',
                    state: 0,
                    tenths: 0,
                    window: 0,
                    roster: uint8ArrayAlloc(0),
                    certificates: [],
                    held: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.status = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.reason = reader.string();
                            break;
                        }
                        case 4: {
                            obj.state = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.tenths = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 7: {
                            obj.roster = reader.bytes();
                            break;
                        }
                        case 8: {
                            if (opts.limits?.certificates != null && obj.certificates.length === opts.limits.certificates) {
                                throw new MaxLengthError('Decode error - repeated field "certificates" had too many elements');
                            }
                            obj.certificates.push(reader.bytes());
                            break;
                        }
                        case 9: {
                            obj.held = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, QueryResponse.codec());
    }
    QueryResponse.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, QueryResponse.codec(), opts);
    }
    QueryResponse.decode = decode;
})(QueryResponse || (QueryResponse = {}));
