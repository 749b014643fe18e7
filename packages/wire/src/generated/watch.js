import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var WatcherUp;
(function (WatcherUp) {
    let _codec;
    WatcherUp.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.seen != null && obj.seen.length > 0) {
                    for (const value of obj.seen) {
                        w.uint32(10);
                        Seen.codec().encode(value, w);
                    }
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.window);
                }
                if (obj.linked != null && obj.linked.length > 0) {
                    for (const value of obj.linked) {
                        w.uint32(26);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    seen: [],
                    window: 0,
                    linked: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.seen != null && obj.seen.length === opts.limits.seen) {
                                throw new MaxLengthError('Decode error - repeated field "seen" had too many elements');
                            }
                            obj.seen.push(Seen.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.seen$
                            }));
                            break;
                        }
                        case 2: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 3: {
                            if (opts.limits?.linked != null && obj.linked.length === opts.limits.linked) {
                                throw new MaxLengthError('Decode error - repeated field "linked" had too many elements');
                            }
                            obj.linked.push(reader.bytes());
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
        return encodeMessage(obj, WatcherUp.codec());
    }
    WatcherUp.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, WatcherUp.codec(), opts);
    }
    WatcherUp.decode = decode;
})(WatcherUp || (WatcherUp = {}));
export var Seen;
(function (Seen) {
    let _codec;
    Seen.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.dimension != null && obj.dimension !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.dimension);
                }
                if ((obj.ok != null && obj.ok !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.ok);
                }
                if ((obj.bad != null && obj.bad !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.bad);
                }
                if ((obj.finding != null && obj.finding !== false)) {
                    w.uint32(40);
                    w.bool(obj.finding);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    dimension: 0,
                    ok: 0,
                    bad: 0,
                    finding: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.peer = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.dimension = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.ok = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.bad = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.finding = reader.bool();
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
        return encodeMessage(obj, Seen.codec());
    }
    Seen.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Seen.codec(), opts);
    }
    Seen.decode = decode;
})(Seen || (Seen = {}));
export var WatcherDown;
(function (WatcherDown) {
    let _codec;
    WatcherDown.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.looks != null && obj.looks.length > 0) {
                    for (const value of obj.looks) {
                        w.uint32(10);
                        Look.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    looks: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.looks != null && obj.looks.length === opts.limits.looks) {
                                throw new MaxLengthError('Decode error - repeated field "looks" had too many elements');
                            }
                            obj.looks.push(Look.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.looks$
                            }));
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
        return encodeMessage(obj, WatcherDown.codec());
    }
    WatcherDown.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, WatcherDown.codec(), opts);
    }
    WatcherDown.decode = decode;
})(WatcherDown || (WatcherDown = {}));
export var Look;
(function (Look) {
    let _codec;
    Look.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.dimension != null && obj.dimension !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.dimension);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    dimension: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.peer = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.dimension = reader.uint32();
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
        return encodeMessage(obj, Look.codec());
    }
    Look.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Look.codec(), opts);
    }
    Look.decode = decode;
})(Look || (Look = {}));
