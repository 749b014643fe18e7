import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Signed;
(function (Signed) {
    let _codec;
    Signed.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.payload != null && obj.payload.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.payload);
                }
                if ((obj.signer != null && obj.signer.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.signer);
                }
                if ((obj.signature != null && obj.signature.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.signature);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    payload: uint8ArrayAlloc(0),
                    signer: uint8ArrayAlloc(0),
                    signature: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.payload = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.signer = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.signature = reader.bytes();
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
        return encodeMessage(obj, Signed.codec());
    }
    Signed.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Signed.codec(), opts);
    }
    Signed.decode = decode;
})(Signed || (Signed = {}));
export var Roster;
(function (Roster) {
    let _codec;
    Roster.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.version != null && obj.version !== 0)) {
                    w.uint32(8);
                    w.uint64Number(obj.version);
                }
                if (obj.trusted != null && obj.trusted.length > 0) {
                    for (const value of obj.trusted) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if (obj.seeds != null && obj.seeds.length > 0) {
                    for (const value of obj.seeds) {
                        w.uint32(26);
                        w.bytes(value);
                    }
                }
                if ((obj.quorum != null && obj.quorum !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.quorum);
                }
                if ((obj.scope != null && obj.scope !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.scope);
                }
                if ((obj.preset != null && obj.preset !== '')) {
                    w.uint32(50);
                    w.string(obj.preset);
                }
                if ((obj.retentionMs != null && obj.retentionMs !== 0)) {
                    w.uint32(56);
                    w.uint64Number(obj.retentionMs);
                }
                if ((obj.retentionBytes != null && obj.retentionBytes !== 0)) {
                    w.uint32(64);
                    w.uint64Number(obj.retentionBytes);
                }
                if ((obj.requestsPerSecond != null && obj.requestsPerSecond !== 0)) {
                    w.uint32(72);
                    w.uint32(obj.requestsPerSecond);
                }
                if ((obj.maxDegree != null && obj.maxDegree !== 0)) {
                    w.uint32(80);
                    w.uint32(obj.maxDegree);
                }
                if (obj.requestLimits != null && obj.requestLimits.length > 0) {
                    for (const value of obj.requestLimits) {
                        w.uint32(90);
                        RequestLimit.codec().encode(value, w);
                    }
                }
                if (obj.formerSeeds != null && obj.formerSeeds.length > 0) {
                    for (const value of obj.formerSeeds) {
                        w.uint32(98);
                        FormerSeed.codec().encode(value, w);
                    }
                }
                if (obj.trustedNames != null && obj.trustedNames.length > 0) {
                    for (const value of obj.trustedNames) {
                        w.uint32(106);
                        w.string(value);
                    }
                }
                if (obj.seedNames != null && obj.seedNames.length > 0) {
                    for (const value of obj.seedNames) {
                        w.uint32(114);
                        w.string(value);
                    }
                }
                if (obj.seedAddresses != null && obj.seedAddresses.length > 0) {
                    for (const value of obj.seedAddresses) {
                        w.uint32(122);
                        w.bytes(value);
                    }
                }
                if (obj.formerTrusted != null && obj.formerTrusted.length > 0) {
                    for (const value of obj.formerTrusted) {
                        w.uint32(130);
                        FormerTrusted.codec().encode(value, w);
                    }
                }
                if (obj.formerQuorums != null && obj.formerQuorums.length > 0) {
                    for (const value of obj.formerQuorums) {
                        w.uint32(138);
                        FormerQuorum.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    version: 0,
                    trusted: [],
                    seeds: [],
                    quorum: 0,
                    scope: 0,
                    preset: '',
                    retentionMs: 0,
                    retentionBytes: 0,
                    requestsPerSecond: 0,
                    maxDegree: 0,
                    requestLimits: [],
                    formerSeeds: [],
                    trustedNames: [],
                    seedNames: [],
                    seedAddresses: [],
                    formerTrusted: [],
                    formerQuorums: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.version = reader.uint64Number();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.trusted != null && obj.trusted.length === opts.limits.trusted) {
                                throw new MaxLengthError('Decode error - repeated field "trusted" had too many elements');
                            }
                            obj.trusted.push(reader.bytes());
                            break;
                        }
                        case 3: {
                            if (opts.limits?.seeds != null && obj.seeds.length === opts.limits.seeds) {
                                throw new MaxLengthError('Decode error - repeated field "seeds" had too many elements');
                            }
                            obj.seeds.push(reader.bytes());
                            break;
                        }
                        case 4: {
                            obj.quorum = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.scope = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.preset = reader.string();
                            break;
                        }
                        case 7: {
                            obj.retentionMs = reader.uint64Number();
                            break;
                        }
                        case 8: {
                            obj.retentionBytes = reader.uint64Number();
                            break;
                        }
                        case 9: {
                            obj.requestsPerSecond = reader.uint32();
                            break;
                        }
                        case 10: {
                            obj.maxDegree = reader.uint32();
                            break;
                        }
                        case 11: {
                            if (opts.limits?.requestLimits != null && obj.requestLimits.length === opts.limits.requestLimits) {
                                throw new MaxLengthError('Decode error - repeated field "requestLimits" had too many elements');
                            }
                            obj.requestLimits.push(RequestLimit.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.requestLimits$
                            }));
                            break;
                        }
                        case 12: {
                            if (opts.limits?.formerSeeds != null && obj.formerSeeds.length === opts.limits.formerSeeds) {
                                throw new MaxLengthError('Decode error - repeated field "formerSeeds" had too many elements');
                            }
                            obj.formerSeeds.push(FormerSeed.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.formerSeeds$
                            }));
                            break;
                        }
                        case 13: {
                            if (opts.limits?.trustedNames != null && obj.trustedNames.length === opts.limits.trustedNames) {
                                throw new MaxLengthError('Decode error - repeated field "trustedNames" had too many elements');
                            }
                            obj.trustedNames.push(reader.string());
                            break;
                        }
                        case 14: {
                            if (opts.limits?.seedNames != null && obj.seedNames.length === opts.limits.seedNames) {
                                throw new MaxLengthError('Decode error - repeated field "seedNames" had too many elements');
                            }
                            obj.seedNames.push(reader.string());
                            break;
                        }
                        case 15: {
                            if (opts.limits?.seedAddresses != null && obj.seedAddresses.length === opts.limits.seedAddresses) {
                                throw new MaxLengthError('Decode error - repeated field "seedAddresses" had too many elements');
                            }
                            obj.seedAddresses.push(reader.bytes());
                            break;
                        }
                        case 16: {
                            if (opts.limits?.formerTrusted != null && obj.formerTrusted.length === opts.limits.formerTrusted) {
                                throw new MaxLengthError('Decode error - repeated field "formerTrusted" had too many elements');
                            }
                            obj.formerTrusted.push(FormerTrusted.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.formerTrusted$
                            }));
                            break;
                        }
                        case 17: {
                            if (opts.limits?.formerQuorums != null && obj.formerQuorums.length === opts.limits.formerQuorums) {
                                throw new MaxLengthError('Decode error - repeated field "formerQuorums" had too many elements');
                            }
                            obj.formerQuorums.push(FormerQuorum.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.formerQuorums$
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
        return encodeMessage(obj, Roster.codec());
    }
    Roster.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Roster.codec(), opts);
    }
    Roster.decode = decode;
})(Roster || (Roster = {}));
export var FormerSeed;
(function (FormerSeed) {
    let _codec;
    FormerSeed.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.untilWindow != null && obj.untilWindow !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.untilWindow);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    untilWindow: 0
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
                            obj.untilWindow = reader.uint32();
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
        return encodeMessage(obj, FormerSeed.codec());
    }
    FormerSeed.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, FormerSeed.codec(), opts);
    }
    FormerSeed.decode = decode;
})(FormerSeed || (FormerSeed = {}));
export var FormerTrusted;
(function (FormerTrusted) {
    let _codec;
    FormerTrusted.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.untilMs != null && obj.untilMs !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.untilMs);
                }
                if ((obj.leaving != null && obj.leaving !== false)) {
                    w.uint32(24);
                    w.bool(obj.leaving);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    untilMs: 0,
                    leaving: false
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
                            obj.untilMs = reader.uint64Number();
                            break;
                        }
                        case 3: {
                            obj.leaving = reader.bool();
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
        return encodeMessage(obj, FormerTrusted.codec());
    }
    FormerTrusted.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, FormerTrusted.codec(), opts);
    }
    FormerTrusted.decode = decode;
})(FormerTrusted || (FormerTrusted = {}));
export var FormerQuorum;
(function (FormerQuorum) {
    let _codec;
    FormerQuorum.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.quorum != null && obj.quorum !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.quorum);
                }
                if ((obj.untilMs != null && obj.untilMs !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.untilMs);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    quorum: 0,
                    untilMs: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.quorum = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.untilMs = reader.uint64Number();
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
        return encodeMessage(obj, FormerQuorum.codec());
    }
    FormerQuorum.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, FormerQuorum.codec(), opts);
    }
    FormerQuorum.decode = decode;
})(FormerQuorum || (FormerQuorum = {}));
export var RequestLimit;
(function (RequestLimit) {
    let _codec;
    RequestLimit.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.protocol != null && obj.protocol !== '')) {
                    w.uint32(10);
                    w.string(obj.protocol);
                }
                if ((obj.perSecond != null && obj.perSecond !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.perSecond);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    protocol: '',
                    perSecond: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.protocol = reader.string();
                            break;
                        }
                        case 2: {
                            obj.perSecond = reader.uint32();
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
        return encodeMessage(obj, RequestLimit.codec());
    }
    RequestLimit.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RequestLimit.codec(), opts);
    }
    RequestLimit.decode = decode;
})(RequestLimit || (RequestLimit = {}));
export var Token;
(function (Token) {
    let _codec;
    Token.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.start != null) {
                    w.uint32(10);
                    w.bytes(obj.start);
                }
                if (obj.previousStart != null) {
                    w.uint32(18);
                    w.bytes(obj.previousStart);
                }
                if ((obj.version != null && obj.version !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.version);
                }
                if ((obj.hadNone != null && obj.hadNone !== false)) {
                    w.uint32(32);
                    w.bool(obj.hadNone);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    version: 0,
                    hadNone: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.start = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.previousStart = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.version = reader.uint64Number();
                            break;
                        }
                        case 4: {
                            obj.hadNone = reader.bool();
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
        return encodeMessage(obj, Token.codec());
    }
    Token.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Token.codec(), opts);
    }
    Token.decode = decode;
})(Token || (Token = {}));
export var Stamp;
(function (Stamp) {
    let _codec;
    Stamp.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.group != null && obj.group !== '')) {
                    w.uint32(18);
                    w.string(obj.group);
                }
                if ((obj.firstWindow != null && obj.firstWindow !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.firstWindow);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    group: '',
                    firstWindow: 0
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
                            obj.group = reader.string();
                            break;
                        }
                        case 3: {
                            obj.firstWindow = reader.uint32();
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
        return encodeMessage(obj, Stamp.codec());
    }
    Stamp.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Stamp.codec(), opts);
    }
    Stamp.decode = decode;
})(Stamp || (Stamp = {}));
export var Goodbye;
(function (Goodbye) {
    let _codec;
    Goodbye.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.recordSeq != null && obj.recordSeq !== 0)) {
                    w.uint32(8);
                    w.uint64Number(obj.recordSeq);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    recordSeq: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.recordSeq = reader.uint64Number();
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
        return encodeMessage(obj, Goodbye.codec());
    }
    Goodbye.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Goodbye.codec(), opts);
    }
    Goodbye.decode = decode;
})(Goodbye || (Goodbye = {}));
export var RemovalVote;
(function (RemovalVote) {
    let _codec;
    RemovalVote.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.recordSeq != null && obj.recordSeq !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.recordSeq);
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.window);
                }
                if ((obj.tests != null && obj.tests !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.tests);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    recordSeq: 0,
                    window: 0,
                    tests: 0
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
                            obj.recordSeq = reader.uint64Number();
                            break;
                        }
                        case 3: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.tests = reader.uint32();
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
        return encodeMessage(obj, RemovalVote.codec());
    }
    RemovalVote.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RemovalVote.codec(), opts);
    }
    RemovalVote.decode = decode;
})(RemovalVote || (RemovalVote = {}));
export var Guest;
(function (Guest) {
    let _codec;
    Guest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if (obj.addresses != null && obj.addresses.length > 0) {
                    for (const value of obj.addresses) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if ((obj.expiresAtMs != null && obj.expiresAtMs !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.expiresAtMs);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    addresses: [],
                    expiresAtMs: 0
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
                            if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                            }
                            obj.addresses.push(reader.bytes());
                            break;
                        }
                        case 3: {
                            obj.expiresAtMs = reader.uint64Number();
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
        return encodeMessage(obj, Guest.codec());
    }
    Guest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Guest.codec(), opts);
    }
    Guest.decode = decode;
})(Guest || (Guest = {}));
export var Report;
(function (Report) {
    let _codec;
    Report.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.subject != null && obj.subject.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.subject);
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.window);
                }
                if (obj.observations != null && obj.observations.length > 0) {
                    for (const value of obj.observations) {
                        w.uint32(26);
                        Observed.codec().encode(value, w);
                    }
                }
                if (obj.cuts != null && obj.cuts.length > 0) {
                    for (const value of obj.cuts) {
                        w.uint32(32);
                        w.uint32(value);
                    }
                }
                if ((obj.stamp != null && obj.stamp.byteLength > 0)) {
                    w.uint32(42);
                    w.bytes(obj.stamp);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    subject: uint8ArrayAlloc(0),
                    window: 0,
                    observations: [],
                    cuts: [],
                    stamp: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.subject = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 3: {
                            if (opts.limits?.observations != null && obj.observations.length === opts.limits.observations) {
                                throw new MaxLengthError('Decode error - repeated field "observations" had too many elements');
                            }
                            obj.observations.push(Observed.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.observations$
                            }));
                            break;
                        }
                        case 4: {
                            if (opts.limits?.cuts != null && obj.cuts.length === opts.limits.cuts) {
                                throw new MaxLengthError('Decode error - repeated field "cuts" had too many elements');
                            }
                            obj.cuts.push(reader.uint32());
                            break;
                        }
                        case 5: {
                            obj.stamp = reader.bytes();
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
        return encodeMessage(obj, Report.codec());
    }
    Report.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Report.codec(), opts);
    }
    Report.decode = decode;
})(Report || (Report = {}));
export var Observed;
(function (Observed) {
    let _codec;
    Observed.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.dimension != null && obj.dimension !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.dimension);
                }
                if ((obj.ok != null && obj.ok !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.ok);
                }
                if ((obj.bad != null && obj.bad !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.bad);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    dimension: 0,
                    ok: 0,
                    bad: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.dimension = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.ok = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.bad = reader.uint32();
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
        return encodeMessage(obj, Observed.codec());
    }
    Observed.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Observed.codec(), opts);
    }
    Observed.decode = decode;
})(Observed || (Observed = {}));
export var Finding;
(function (Finding) {
    let _codec;
    Finding.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.subject != null && obj.subject.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.subject);
                }
                if ((obj.dimension != null && obj.dimension !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.dimension);
                }
                if ((obj.outcome != null && obj.outcome !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.outcome);
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.window);
                }
                if ((obj.ok != null && obj.ok !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.ok);
                }
                if ((obj.bad != null && obj.bad !== 0)) {
                    w.uint32(48);
                    w.uint32(obj.bad);
                }
                if ((obj.controls != null && obj.controls !== 0)) {
                    w.uint32(56);
                    w.uint32(obj.controls);
                }
                if ((obj.controlsPassed != null && obj.controlsPassed !== 0)) {
                    w.uint32(64);
                    w.uint32(obj.controlsPassed);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    subject: uint8ArrayAlloc(0),
                    dimension: 0,
                    outcome: 0,
                    window: 0,
                    ok: 0,
                    bad: 0,
                    controls: 0,
                    controlsPassed: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.subject = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.dimension = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.outcome = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.ok = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.bad = reader.uint32();
                            break;
                        }
                        case 7: {
                            obj.controls = reader.uint32();
                            break;
                        }
                        case 8: {
                            obj.controlsPassed = reader.uint32();
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
        return encodeMessage(obj, Finding.codec());
    }
    Finding.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Finding.codec(), opts);
    }
    Finding.decode = decode;
})(Finding || (Finding = {}));
export var Ledger;
(function (Ledger) {
    let _codec;
    Ledger.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.reporter != null && obj.reporter.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.reporter);
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.window);
                }
                if ((obj.checked != null && obj.checked !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.checked);
                }
                if ((obj.agreed != null && obj.agreed !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.agreed);
                }
                if ((obj.contradicted != null && obj.contradicted !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.contradicted);
                }
                if ((obj.deviations != null && obj.deviations.byteLength > 0)) {
                    w.uint32(50);
                    w.bytes(obj.deviations);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    reporter: uint8ArrayAlloc(0),
                    window: 0,
                    checked: 0,
                    agreed: 0,
                    contradicted: 0,
                    deviations: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.reporter = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.checked = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.agreed = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.contradicted = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.deviations = reader.bytes();
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
        return encodeMessage(obj, Ledger.codec());
    }
    Ledger.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Ledger.codec(), opts);
    }
    Ledger.decode = decode;
})(Ledger || (Ledger = {}));
export var Erasure;
(function (Erasure) {
    let _codec;
    Erasure.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.subject != null && obj.subject.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.subject);
                }
                if ((obj.upToEpoch != null && obj.upToEpoch !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.upToEpoch);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    subject: uint8ArrayAlloc(0),
                    upToEpoch: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.subject = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.upToEpoch = reader.uint32();
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
        return encodeMessage(obj, Erasure.codec());
    }
    Erasure.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Erasure.codec(), opts);
    }
    Erasure.decode = decode;
})(Erasure || (Erasure = {}));
export var Verdict;
(function (Verdict) {
    let _codec;
    Verdict.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.kind != null && obj.kind !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.kind);
                }
                if ((obj.rosterVersion != null && obj.rosterVersion !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.rosterVersion);
                }
                if ((obj.subject != null && obj.subject.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.subject);
                }
                if ((obj.dimension != null && obj.dimension !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.dimension);
                }
                if ((obj.reason != null && obj.reason !== '')) {
                    w.uint32(42);
                    w.string(obj.reason);
                }
                if ((obj.findings != null && obj.findings.byteLength > 0)) {
                    w.uint32(50);
                    w.bytes(obj.findings);
                }
                if ((obj.issuedAtMs != null && obj.issuedAtMs !== 0)) {
                    w.uint32(56);
                    w.uint64Number(obj.issuedAtMs);
                }
                if ((obj.expiresAtMs != null && obj.expiresAtMs !== 0)) {
                    w.uint32(64);
                    w.uint64Number(obj.expiresAtMs);
                }
                if ((obj.serial != null && obj.serial !== 0)) {
                    w.uint32(72);
                    w.uint64Number(obj.serial);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    kind: 0,
                    rosterVersion: 0,
                    subject: uint8ArrayAlloc(0),
                    dimension: 0,
                    reason: '',
                    findings: uint8ArrayAlloc(0),
                    issuedAtMs: 0,
                    expiresAtMs: 0,
                    serial: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.kind = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.rosterVersion = reader.uint64Number();
                            break;
                        }
                        case 3: {
                            obj.subject = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.dimension = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.reason = reader.string();
                            break;
                        }
                        case 6: {
                            obj.findings = reader.bytes();
                            break;
                        }
                        case 7: {
                            obj.issuedAtMs = reader.uint64Number();
                            break;
                        }
                        case 8: {
                            obj.expiresAtMs = reader.uint64Number();
                            break;
                        }
                        case 9: {
                            obj.serial = reader.uint64Number();
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
        return encodeMessage(obj, Verdict.codec());
    }
    Verdict.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Verdict.codec(), opts);
    }
    Verdict.decode = decode;
})(Verdict || (Verdict = {}));
export var Certificate;
(function (Certificate) {
    let _codec;
    Certificate.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.verdict != null && obj.verdict.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.verdict);
                }
                if (obj.cosignatures != null && obj.cosignatures.length > 0) {
                    for (const value of obj.cosignatures) {
                        w.uint32(18);
                        Cosignature.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    verdict: uint8ArrayAlloc(0),
                    cosignatures: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.verdict = reader.bytes();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.cosignatures != null && obj.cosignatures.length === opts.limits.cosignatures) {
                                throw new MaxLengthError('Decode error - repeated field "cosignatures" had too many elements');
                            }
                            obj.cosignatures.push(Cosignature.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.cosignatures$
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
        return encodeMessage(obj, Certificate.codec());
    }
    Certificate.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Certificate.codec(), opts);
    }
    Certificate.decode = decode;
})(Certificate || (Certificate = {}));
export var Cosignature;
(function (Cosignature) {
    let _codec;
    Cosignature.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.signer != null && obj.signer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.signer);
                }
                if ((obj.signature != null && obj.signature.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.signature);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    signer: uint8ArrayAlloc(0),
                    signature: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.signer = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.signature = reader.bytes();
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
        return encodeMessage(obj, Cosignature.codec());
    }
    Cosignature.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Cosignature.codec(), opts);
    }
    Cosignature.decode = decode;
})(Cosignature || (Cosignature = {}));
export var LiveSet;
(function (LiveSet) {
    let _codec;
    LiveSet.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.count != null && obj.count !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.count);
                }
                if ((obj.hash != null && obj.hash.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.hash);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    count: 0,
                    hash: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.count = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.hash = reader.bytes();
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
        return encodeMessage(obj, LiveSet.codec());
    }
    LiveSet.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, LiveSet.codec(), opts);
    }
    LiveSet.decode = decode;
})(LiveSet || (LiveSet = {}));
