import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var RegistryRequest;
(function (RegistryRequest) {
    let _codec;
    RegistryRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if (obj.register != null) {
                    w.uint32(18);
                    Register.codec().encode(obj.register, w);
                }
                if (obj.list != null) {
                    w.uint32(26);
                    ListPeers.codec().encode(obj.list, w);
                }
                if (obj.find != null) {
                    w.uint32(34);
                    Find.codec().encode(obj.find, w);
                }
                if (obj.dead != null && obj.dead.length > 0) {
                    for (const value of obj.dead) {
                        w.uint32(42);
                        w.bytes(value);
                    }
                }
                if ((obj.goodbye != null && obj.goodbye.byteLength > 0)) {
                    w.uint32(50);
                    w.bytes(obj.goodbye);
                }
                if (obj.pull != null) {
                    w.uint32(58);
                    RegistryPull.codec().encode(obj.pull, w);
                }
                if (obj.publish != null) {
                    w.uint32(66);
                    Publish.codec().encode(obj.publish, w);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    dead: [],
                    goodbye: uint8ArrayAlloc(0)
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
                            obj.register = Register.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.register
                            });
                            break;
                        }
                        case 3: {
                            obj.list = ListPeers.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.list
                            });
                            break;
                        }
                        case 4: {
                            obj.find = Find.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.find
                            });
                            break;
                        }
                        case 5: {
                            if (opts.limits?.dead != null && obj.dead.length === opts.limits.dead) {
                                throw new MaxLengthError('Decode error - repeated field "dead" had too many elements');
                            }
                            obj.dead.push(reader.bytes());
                            break;
                        }
                        case 6: {
                            obj.goodbye = reader.bytes();
                            break;
                        }
                        case 7: {
                            obj.pull = RegistryPull.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.pull
                            });
                            break;
                        }
                        case 8: {
                            obj.publish = Publish.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.publish
                            });
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
        return encodeMessage(obj, RegistryRequest.codec());
    }
    RegistryRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RegistryRequest.codec(), opts);
    }
    RegistryRequest.decode = decode;
})(RegistryRequest || (RegistryRequest = {}));
export var Register;
(function (Register) {
    let _codec;
    Register.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.record != null && obj.record.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.record);
                }
                if ((obj.watch != null && obj.watch !== false)) {
                    w.uint32(16);
                    w.bool(obj.watch);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    record: uint8ArrayAlloc(0),
                    watch: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.record = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.watch = reader.bool();
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
        return encodeMessage(obj, Register.codec());
    }
    Register.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Register.codec(), opts);
    }
    Register.decode = decode;
})(Register || (Register = {}));
export var ListPeers;
(function (ListPeers) {
    let _codec;
    ListPeers.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.most != null && obj.most !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.most);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    most: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.most = reader.uint32();
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
        return encodeMessage(obj, ListPeers.codec());
    }
    ListPeers.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ListPeers.codec(), opts);
    }
    ListPeers.decode = decode;
})(ListPeers || (ListPeers = {}));
export var Find;
(function (Find) {
    let _codec;
    Find.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.peers != null && obj.peers.length > 0) {
                    for (const value of obj.peers) {
                        w.uint32(10);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peers: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.peers != null && obj.peers.length === opts.limits.peers) {
                                throw new MaxLengthError('Decode error - repeated field "peers" had too many elements');
                            }
                            obj.peers.push(reader.bytes());
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
        return encodeMessage(obj, Find.codec());
    }
    Find.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Find.codec(), opts);
    }
    Find.decode = decode;
})(Find || (Find = {}));
export var RegistryPull;
(function (RegistryPull) {
    let _codec;
    RegistryPull.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.roster != null && obj.roster !== false)) {
                    w.uint32(8);
                    w.bool(obj.roster);
                }
                if ((obj.certificates != null && obj.certificates !== false)) {
                    w.uint32(16);
                    w.bool(obj.certificates);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    roster: false,
                    certificates: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.roster = reader.bool();
                            break;
                        }
                        case 2: {
                            obj.certificates = reader.bool();
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
        return encodeMessage(obj, RegistryPull.codec());
    }
    RegistryPull.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RegistryPull.codec(), opts);
    }
    RegistryPull.decode = decode;
})(RegistryPull || (RegistryPull = {}));
export var Publish;
(function (Publish) {
    let _codec;
    Publish.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.certificates != null && obj.certificates.length > 0) {
                    for (const value of obj.certificates) {
                        w.uint32(10);
                        w.bytes(value);
                    }
                }
                if ((obj.roster != null && obj.roster.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.roster);
                }
                if (obj.votes != null && obj.votes.length > 0) {
                    for (const value of obj.votes) {
                        w.uint32(34);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    certificates: [],
                    roster: uint8ArrayAlloc(0),
                    votes: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.certificates != null && obj.certificates.length === opts.limits.certificates) {
                                throw new MaxLengthError('Decode error - repeated field "certificates" had too many elements');
                            }
                            obj.certificates.push(reader.bytes());
                            break;
                        }
                        case 3: {
                            obj.roster = reader.bytes();
                            break;
                        }
                        case 4: {
                            if (opts.limits?.votes != null && obj.votes.length === opts.limits.votes) {
                                throw new MaxLengthError('Decode error - repeated field "votes" had too many elements');
                            }
                            obj.votes.push(reader.bytes());
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
        return encodeMessage(obj, Publish.codec());
    }
    Publish.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Publish.codec(), opts);
    }
    Publish.decode = decode;
})(Publish || (Publish = {}));
export var RegistryResponse;
(function (RegistryResponse) {
    let _codec;
    RegistryResponse.codec = () => {
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
                if ((obj.stamp != null && obj.stamp.byteLength > 0)) {
                    w.uint32(34);
                    w.bytes(obj.stamp);
                }
                if (obj.peers != null && obj.peers.length > 0) {
                    for (const value of obj.peers) {
                        w.uint32(42);
                        ListedPeer.codec().encode(value, w);
                    }
                }
                if ((obj.roster != null && obj.roster.byteLength > 0)) {
                    w.uint32(50);
                    w.bytes(obj.roster);
                }
                if (obj.certificates != null && obj.certificates.length > 0) {
                    for (const value of obj.certificates) {
                        w.uint32(58);
                        w.bytes(value);
                    }
                }
                if (obj.live != null) {
                    w.uint32(66);
                    RegistryLiveSet.codec().encode(obj.live, w);
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(72);
                    w.uint32(obj.window);
                }
                if ((obj.windowOffsetMs != null && obj.windowOffsetMs !== 0)) {
                    w.uint32(80);
                    w.uint32(obj.windowOffsetMs);
                }
                if ((obj.renewEveryMs != null && obj.renewEveryMs !== 0)) {
                    w.uint32(88);
                    w.uint32(obj.renewEveryMs);
                }
                if ((obj.unreachable != null && obj.unreachable !== false)) {
                    w.uint32(96);
                    w.bool(obj.unreachable);
                }
                if (obj.changes != null && obj.changes.length > 0) {
                    for (const value of obj.changes) {
                        w.uint32(106);
                        Change.codec().encode(value, w);
                    }
                }
                if ((obj.rosterVersion != null && obj.rosterVersion !== 0)) {
                    w.uint32(112);
                    w.uint64Number(obj.rosterVersion);
                }
                if ((obj.registered != null && obj.registered !== 0)) {
                    w.uint32(120);
                    w.uint32(obj.registered);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    status: 0,
                    reason: '',
                    stamp: uint8ArrayAlloc(0),
                    peers: [],
                    roster: uint8ArrayAlloc(0),
                    certificates: [],
                    window: 0,
                    windowOffsetMs: 0,
                    renewEveryMs: 0,
                    unreachable: false,
                    changes: [],
                    rosterVersion: 0,
                    registered: 0
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
                            obj.stamp = reader.bytes();
                            break;
                        }
                        case 5: {
                            if (opts.limits?.peers != null && obj.peers.length === opts.limits.peers) {
                                throw new MaxLengthError('Decode error - repeated field "peers" had too many elements');
                            }
                            obj.peers.push(ListedPeer.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.peers$
                            }));
                            break;
                        }
                        case 6: {
                            obj.roster = reader.bytes();
                            break;
                        }
                        case 7: {
                            if (opts.limits?.certificates != null && obj.certificates.length === opts.limits.certificates) {
                                throw new MaxLengthError('Decode error - repeated field "certificates" had too many elements');
                            }
                            obj.certificates.push(reader.bytes());
                            break;
                        }
                        case 8: {
                            obj.live = RegistryLiveSet.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.live
                            });
                            break;
                        }
                        case 9: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 10: {
                            obj.windowOffsetMs = reader.uint32();
                            break;
                        }
                        case 11: {
                            obj.renewEveryMs = reader.uint32();
                            break;
                        }
                        case 12: {
                            obj.unreachable = reader.bool();
                            break;
                        }
                        case 13: {
                            if (opts.limits?.changes != null && obj.changes.length === opts.limits.changes) {
                                throw new MaxLengthError('Decode error - repeated field "changes" had too many elements');
                            }
                            obj.changes.push(Change.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.changes$
                            }));
                            break;
                        }
                        case 14: {
                            obj.rosterVersion = reader.uint64Number();
                            break;
                        }
                        case 15: {
                            obj.registered = reader.uint32();
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
        return encodeMessage(obj, RegistryResponse.codec());
    }
    RegistryResponse.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RegistryResponse.codec(), opts);
    }
    RegistryResponse.decode = decode;
})(RegistryResponse || (RegistryResponse = {}));
export var RegistryLiveSet;
(function (RegistryLiveSet) {
    let _codec;
    RegistryLiveSet.codec = () => {
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
        return encodeMessage(obj, RegistryLiveSet.codec());
    }
    RegistryLiveSet.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RegistryLiveSet.codec(), opts);
    }
    RegistryLiveSet.decode = decode;
})(RegistryLiveSet || (RegistryLiveSet = {}));
export var ListedPeer;
(function (ListedPeer) {
    let _codec;
    ListedPeer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.record != null && obj.record.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.record);
                }
                if ((obj.stamp != null && obj.stamp.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.stamp);
                }
                if ((obj.unreachable != null && obj.unreachable !== false)) {
                    w.uint32(24);
                    w.bool(obj.unreachable);
                }
                if ((obj.guest != null && obj.guest.byteLength > 0)) {
                    w.uint32(34);
                    w.bytes(obj.guest);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    record: uint8ArrayAlloc(0),
                    stamp: uint8ArrayAlloc(0),
                    unreachable: false,
                    guest: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.record = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.stamp = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.unreachable = reader.bool();
                            break;
                        }
                        case 4: {
                            obj.guest = reader.bytes();
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
        return encodeMessage(obj, ListedPeer.codec());
    }
    ListedPeer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ListedPeer.codec(), opts);
    }
    ListedPeer.decode = decode;
})(ListedPeer || (ListedPeer = {}));
export var Change;
(function (Change) {
    let _codec;
    Change.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.registered != null) {
                    w.uint32(10);
                    ListedPeer.codec().encode(obj.registered, w);
                }
                if ((obj.goodbye != null && obj.goodbye.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.goodbye);
                }
                if (obj.votes != null && obj.votes.length > 0) {
                    for (const value of obj.votes) {
                        w.uint32(26);
                        w.bytes(value);
                    }
                }
                if (obj.dead != null && obj.dead.length > 0) {
                    for (const value of obj.dead) {
                        w.uint32(34);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    goodbye: uint8ArrayAlloc(0),
                    votes: [],
                    dead: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.registered = ListedPeer.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.registered
                            });
                            break;
                        }
                        case 2: {
                            obj.goodbye = reader.bytes();
                            break;
                        }
                        case 3: {
                            if (opts.limits?.votes != null && obj.votes.length === opts.limits.votes) {
                                throw new MaxLengthError('Decode error - repeated field "votes" had too many elements');
                            }
                            obj.votes.push(reader.bytes());
                            break;
                        }
                        case 4: {
                            if (opts.limits?.dead != null && obj.dead.length === opts.limits.dead) {
                                throw new MaxLengthError('Decode error - repeated field "dead" had too many elements');
                            }
                            obj.dead.push(reader.bytes());
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
        return encodeMessage(obj, Change.codec());
    }
    Change.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Change.codec(), opts);
    }
    Change.decode = decode;
})(Change || (Change = {}));
