import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var TreeRequest;
(function (TreeRequest) {
    let _codec;
    TreeRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if (obj.view != null) {
                    w.uint32(18);
                    View.codec().encode(obj.view, w);
                }
                if (obj.hello != null) {
                    w.uint32(26);
                    TreeHello.codec().encode(obj.hello, w);
                }
                if (obj.write != null) {
                    w.uint32(34);
                    Write.codec().encode(obj.write, w);
                }
                if (obj.read != null) {
                    w.uint32(42);
                    Read.codec().encode(obj.read, w);
                }
                if (obj.case != null) {
                    w.uint32(50);
                    CaseNotice.codec().encode(obj.case, w);
                }
                if ((obj.finding != null && obj.finding.byteLength > 0)) {
                    w.uint32(58);
                    w.bytes(obj.finding);
                }
                if (obj.propose != null) {
                    w.uint32(66);
                    Propose.codec().encode(obj.propose, w);
                }
                if ((obj.standingOf != null && obj.standingOf.byteLength > 0)) {
                    w.uint32(74);
                    w.bytes(obj.standingOf);
                }
                if ((obj.certificate != null && obj.certificate.byteLength > 0)) {
                    w.uint32(82);
                    w.bytes(obj.certificate);
                }
                if (obj.split != null) {
                    w.uint32(90);
                    Split.codec().encode(obj.split, w);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    finding: uint8ArrayAlloc(0),
                    standingOf: uint8ArrayAlloc(0),
                    certificate: uint8ArrayAlloc(0)
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
                            obj.view = View.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.view
                            });
                            break;
                        }
                        case 3: {
                            obj.hello = TreeHello.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.hello
                            });
                            break;
                        }
                        case 4: {
                            obj.write = Write.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.write
                            });
                            break;
                        }
                        case 5: {
                            obj.read = Read.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.read
                            });
                            break;
                        }
                        case 6: {
                            obj.case = CaseNotice.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.case
                            });
                            break;
                        }
                        case 7: {
                            obj.finding = reader.bytes();
                            break;
                        }
                        case 8: {
                            obj.propose = Propose.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.propose
                            });
                            break;
                        }
                        case 9: {
                            obj.standingOf = reader.bytes();
                            break;
                        }
                        case 10: {
                            obj.certificate = reader.bytes();
                            break;
                        }
                        case 11: {
                            obj.split = Split.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.split
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
        return encodeMessage(obj, TreeRequest.codec());
    }
    TreeRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, TreeRequest.codec(), opts);
    }
    TreeRequest.decode = decode;
})(TreeRequest || (TreeRequest = {}));
export var View;
(function (View) {
    let _codec;
    View.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.rosterVersion != null && obj.rosterVersion !== 0)) {
                    w.uint32(8);
                    w.uint64Number(obj.rosterVersion);
                }
                if ((obj.tokens != null && obj.tokens.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.tokens);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    rosterVersion: 0,
                    tokens: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.rosterVersion = reader.uint64Number();
                            break;
                        }
                        case 2: {
                            obj.tokens = reader.bytes();
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
        return encodeMessage(obj, View.codec());
    }
    View.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, View.codec(), opts);
    }
    View.decode = decode;
})(View || (View = {}));
export var TreeHello;
(function (TreeHello) {
    let _codec;
    TreeHello.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.roster != null && obj.roster.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.roster);
                }
                if (obj.tokens != null && obj.tokens.length > 0) {
                    for (const value of obj.tokens) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if ((obj.reportsPerSecond != null && obj.reportsPerSecond !== 0)) {
                    w.uint32(25);
                    w.double(obj.reportsPerSecond);
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.window);
                }
                if ((obj.windowOffsetMs != null && obj.windowOffsetMs !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.windowOffsetMs);
                }
                if (obj.whole != null) {
                    w.uint32(50);
                    View.codec().encode(obj.whole, w);
                }
                if ((obj.settledRoster != null && obj.settledRoster !== 0)) {
                    w.uint32(56);
                    w.uint64Number(obj.settledRoster);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    roster: uint8ArrayAlloc(0),
                    tokens: [],
                    reportsPerSecond: 0,
                    window: 0,
                    windowOffsetMs: 0,
                    settledRoster: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.roster = reader.bytes();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.tokens != null && obj.tokens.length === opts.limits.tokens) {
                                throw new MaxLengthError('Decode error - repeated field "tokens" had too many elements');
                            }
                            obj.tokens.push(reader.bytes());
                            break;
                        }
                        case 3: {
                            obj.reportsPerSecond = reader.double();
                            break;
                        }
                        case 4: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.windowOffsetMs = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.whole = View.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.whole
                            });
                            break;
                        }
                        case 7: {
                            obj.settledRoster = reader.uint64Number();
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
        return encodeMessage(obj, TreeHello.codec());
    }
    TreeHello.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, TreeHello.codec(), opts);
    }
    TreeHello.decode = decode;
})(TreeHello || (TreeHello = {}));
export var Split;
(function (Split) {
    let _codec;
    Split.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.share != null && obj.share !== 0)) {
                    w.uint32(9);
                    w.double(obj.share);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    share: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.share = reader.double();
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
        return encodeMessage(obj, Split.codec());
    }
    Split.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Split.codec(), opts);
    }
    Split.decode = decode;
})(Split || (Split = {}));
export var Write;
(function (Write) {
    let _codec;
    Write.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.records != null && obj.records.length > 0) {
                    for (const value of obj.records) {
                        w.uint32(10);
                        RecordMessage.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    records: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.records != null && obj.records.length === opts.limits.records) {
                                throw new MaxLengthError('Decode error - repeated field "records" had too many elements');
                            }
                            obj.records.push(RecordMessage.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.records$
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
        return encodeMessage(obj, Write.codec());
    }
    Write.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Write.codec(), opts);
    }
    Write.decode = decode;
})(Write || (Write = {}));
export var RecordMessage;
(function (RecordMessage) {
    let _codec;
    RecordMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.kind != null && obj.kind !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.kind);
                }
                if ((obj.subject != null && obj.subject.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.subject);
                }
                if ((obj.payload != null && obj.payload.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.payload);
                }
                if ((obj.copy != null && obj.copy !== false)) {
                    w.uint32(32);
                    w.bool(obj.copy);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    kind: 0,
                    subject: uint8ArrayAlloc(0),
                    payload: uint8ArrayAlloc(0),
                    copy: false
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
                            obj.subject = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.payload = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.copy = reader.bool();
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
        return encodeMessage(obj, RecordMessage.codec());
    }
    RecordMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RecordMessage.codec(), opts);
    }
    RecordMessage.decode = decode;
})(RecordMessage || (RecordMessage = {}));
export var Read;
(function (Read) {
    let _codec;
    Read.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.fromPlace != null && obj.fromPlace.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.fromPlace);
                }
                if ((obj.toPlace != null && obj.toPlace.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.toPlace);
                }
                if ((obj.subject != null && obj.subject.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.subject);
                }
                if ((obj.fromEpoch != null && obj.fromEpoch !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.fromEpoch);
                }
                if ((obj.toEpoch != null && obj.toEpoch !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.toEpoch);
                }
                if ((obj.after != null && obj.after.byteLength > 0)) {
                    w.uint32(50);
                    w.bytes(obj.after);
                }
                if ((obj.whole != null && obj.whole !== false)) {
                    w.uint32(56);
                    w.bool(obj.whole);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    fromPlace: uint8ArrayAlloc(0),
                    toPlace: uint8ArrayAlloc(0),
                    subject: uint8ArrayAlloc(0),
                    fromEpoch: 0,
                    toEpoch: 0,
                    after: uint8ArrayAlloc(0),
                    whole: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.fromPlace = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.toPlace = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.subject = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.fromEpoch = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.toEpoch = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.after = reader.bytes();
                            break;
                        }
                        case 7: {
                            obj.whole = reader.bool();
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
        return encodeMessage(obj, Read.codec());
    }
    Read.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Read.codec(), opts);
    }
    Read.decode = decode;
})(Read || (Read = {}));
export var CaseNotice;
(function (CaseNotice) {
    let _codec;
    CaseNotice.codec = () => {
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
                if ((obj.openedWindow != null && obj.openedWindow !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.openedWindow);
                }
                if ((obj.weight != null && obj.weight !== 0)) {
                    w.uint32(33);
                    w.double(obj.weight);
                }
                if (obj.groups != null && obj.groups.length > 0) {
                    for (const value of obj.groups) {
                        w.uint32(42);
                        w.string(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    subject: uint8ArrayAlloc(0),
                    dimension: 0,
                    openedWindow: 0,
                    weight: 0,
                    groups: []
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
                            obj.openedWindow = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.weight = reader.double();
                            break;
                        }
                        case 5: {
                            if (opts.limits?.groups != null && obj.groups.length === opts.limits.groups) {
                                throw new MaxLengthError('Decode error - repeated field "groups" had too many elements');
                            }
                            obj.groups.push(reader.string());
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
        return encodeMessage(obj, CaseNotice.codec());
    }
    CaseNotice.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, CaseNotice.codec(), opts);
    }
    CaseNotice.decode = decode;
})(CaseNotice || (CaseNotice = {}));
export var Propose;
(function (Propose) {
    let _codec;
    Propose.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.verdict != null && obj.verdict.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.verdict);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    verdict: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.verdict = reader.bytes();
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
        return encodeMessage(obj, Propose.codec());
    }
    Propose.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Propose.codec(), opts);
    }
    Propose.decode = decode;
})(Propose || (Propose = {}));
export var TreeResponse;
(function (TreeResponse) {
    let _codec;
    TreeResponse.codec = () => {
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
                if (obj.hello != null) {
                    w.uint32(34);
                    TreeHello.codec().encode(obj.hello, w);
                }
                if (obj.outcomes != null && obj.outcomes.length > 0) {
                    for (const value of obj.outcomes) {
                        w.uint32(40);
                        w.uint32(value);
                    }
                }
                if (obj.records != null && obj.records.length > 0) {
                    for (const value of obj.records) {
                        w.uint32(50);
                        RecordMessage.codec().encode(value, w);
                    }
                }
                if ((obj.next != null && obj.next.byteLength > 0)) {
                    w.uint32(58);
                    w.bytes(obj.next);
                }
                if ((obj.signature != null && obj.signature.byteLength > 0)) {
                    w.uint32(66);
                    w.bytes(obj.signature);
                }
                if (obj.standing != null) {
                    w.uint32(74);
                    StandingMessage.codec().encode(obj.standing, w);
                }
                if ((obj.place != null && obj.place.byteLength > 0)) {
                    w.uint32(82);
                    w.bytes(obj.place);
                }
                if ((obj.share != null && obj.share !== 0)) {
                    w.uint32(89);
                    w.double(obj.share);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    status: 0,
                    reason: '',
                    outcomes: [],
                    records: [],
                    next: uint8ArrayAlloc(0),
                    signature: uint8ArrayAlloc(0),
                    place: uint8ArrayAlloc(0),
                    share: 0
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
                            obj.hello = TreeHello.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.hello
                            });
                            break;
                        }
                        case 5: {
                            if (opts.limits?.outcomes != null && obj.outcomes.length === opts.limits.outcomes) {
                                throw new MaxLengthError('Decode error - repeated field "outcomes" had too many elements');
                            }
                            obj.outcomes.push(reader.uint32());
                            break;
                        }
                        case 6: {
                            if (opts.limits?.records != null && obj.records.length === opts.limits.records) {
                                throw new MaxLengthError('Decode error - repeated field "records" had too many elements');
                            }
                            obj.records.push(RecordMessage.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.records$
                            }));
                            break;
                        }
                        case 7: {
                            obj.next = reader.bytes();
                            break;
                        }
                        case 8: {
                            obj.signature = reader.bytes();
                            break;
                        }
                        case 9: {
                            obj.standing = StandingMessage.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.standing
                            });
                            break;
                        }
                        case 10: {
                            obj.place = reader.bytes();
                            break;
                        }
                        case 11: {
                            obj.share = reader.double();
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
        return encodeMessage(obj, TreeResponse.codec());
    }
    TreeResponse.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, TreeResponse.codec(), opts);
    }
    TreeResponse.decode = decode;
})(TreeResponse || (TreeResponse = {}));
export var StandingMessage;
(function (StandingMessage) {
    let _codec;
    StandingMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.state != null && obj.state !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.state);
                }
                if ((obj.tenths != null && obj.tenths !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.tenths);
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.window);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    state: 0,
                    tenths: 0,
                    window: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.state = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.tenths = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.window = reader.uint32();
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
        return encodeMessage(obj, StandingMessage.codec());
    }
    StandingMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, StandingMessage.codec(), opts);
    }
    StandingMessage.decode = decode;
})(StandingMessage || (StandingMessage = {}));
