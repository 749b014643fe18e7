import { decodeMessage, encodeMessage, message } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var AppealRequest;
(function (AppealRequest) {
    let _codec;
    AppealRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
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
        return encodeMessage(obj, AppealRequest.codec());
    }
    AppealRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, AppealRequest.codec(), opts);
    }
    AppealRequest.decode = decode;
})(AppealRequest || (AppealRequest = {}));
export var AppealResponse;
(function (AppealResponse) {
    let _codec;
    AppealResponse.codec = () => {
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
                if ((obj.certificate != null && obj.certificate.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.certificate);
                }
                if ((obj.roster != null && obj.roster.byteLength > 0)) {
                    w.uint32(34);
                    w.bytes(obj.roster);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    status: 0,
                    certificate: uint8ArrayAlloc(0),
                    roster: uint8ArrayAlloc(0)
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
                            obj.certificate = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.roster = reader.bytes();
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
        return encodeMessage(obj, AppealResponse.codec());
    }
    AppealResponse.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, AppealResponse.codec(), opts);
    }
    AppealResponse.decode = decode;
})(AppealResponse || (AppealResponse = {}));
