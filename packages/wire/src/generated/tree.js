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
                if (obj.concerning != null) {
                    w.uint32(98);
                    Concerning.codec().encode(obj.concerning, w);
                }
                if ((obj.word != null && obj.word.byteLength > 0)) {
                    w.uint32(106);
                    w.bytes(obj.word);
                }
                if ((obj.pepper != null && obj.pepper !== false)) {
                    w.uint32(112);
                    w.bool(obj.pepper);
                }
                if (obj.compare != null) {
                    w.uint32(130);
                    Compare.codec().encode(obj.compare, w);
                }
                if (obj.credibilityOf != null && obj.credibilityOf.length > 0) {
                    for (const value of obj.credibilityOf) {
                        w.uint32(162);
                        w.bytes(value);
                    }
                }
                if ((obj.heldSubject != null && obj.heldSubject.byteLength > 0)) {
                    w.uint32(226);
                    w.bytes(obj.heldSubject);
                }
                if ((obj.heldAuthor != null && obj.heldAuthor.byteLength > 0)) {
                    w.uint32(234);
                    w.bytes(obj.heldAuthor);
                }
                if ((obj.heldWindow != null && obj.heldWindow !== 0)) {
                    w.uint32(240);
                    w.uint32(obj.heldWindow);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    finding: uint8ArrayAlloc(0),
                    standingOf: uint8ArrayAlloc(0),
                    certificate: uint8ArrayAlloc(0),
                    word: uint8ArrayAlloc(0),
                    pepper: false,
                    credibilityOf: [],
                    heldSubject: uint8ArrayAlloc(0),
                    heldAuthor: uint8ArrayAlloc(0),
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
                        case 12: {
                            obj.concerning = Concerning.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.concerning
                            });
                            break;
                        }
                        case 13: {
                            obj.word = reader.bytes();
                            break;
                        }
                        case 14: {
                            obj.pepper = reader.bool();
                            break;
                        }
                        case 16: {
                            obj.compare = Compare.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.compare
                            });
                            break;
                        }
                        case 20: {
                            if (opts.limits?.credibilityOf != null && obj.credibilityOf.length === opts.limits.credibilityOf) {
                                throw new MaxLengthError('Decode error - repeated field "credibilityOf" had too many elements');
                            }
                            obj.credibilityOf.push(reader.bytes());
                            break;
                        }
                        case 28: {
                            obj.heldSubject = reader.bytes();
                            break;
                        }
                        case 29: {
                            obj.heldAuthor = reader.bytes();
                            break;
                        }
                        case 30: {
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
                if (obj.erasures != null) {
                    w.uint32(66);
                    Erasures.codec().encode(obj.erasures, w);
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
                        case 8: {
                            obj.erasures = Erasures.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.erasures
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
        return encodeMessage(obj, TreeHello.codec());
    }
    TreeHello.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, TreeHello.codec(), opts);
    }
    TreeHello.decode = decode;
})(TreeHello || (TreeHello = {}));
export var Erasures;
(function (Erasures) {
    let _codec;
    Erasures.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.digest != null && obj.digest.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.digest);
                }
                if (obj.signed != null && obj.signed.length > 0) {
                    for (const value of obj.signed) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if ((obj.keptFromEpoch != null && obj.keptFromEpoch !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.keptFromEpoch);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    digest: uint8ArrayAlloc(0),
                    signed: [],
                    keptFromEpoch: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.digest = reader.bytes();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.signed != null && obj.signed.length === opts.limits.signed) {
                                throw new MaxLengthError('Decode error - repeated field "signed" had too many elements');
                            }
                            obj.signed.push(reader.bytes());
                            break;
                        }
                        case 3: {
                            obj.keptFromEpoch = reader.uint32();
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
        return encodeMessage(obj, Erasures.codec());
    }
    Erasures.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Erasures.codec(), opts);
    }
    Erasures.decode = decode;
})(Erasures || (Erasures = {}));
export var Concerning;
(function (Concerning) {
    let _codec;
    Concerning.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.after != null && obj.after.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.after);
                }
                if ((obj.erasure != null && obj.erasure !== false)) {
                    w.uint32(24);
                    w.bool(obj.erasure);
                }
                if ((obj.summaries != null && obj.summaries !== false)) {
                    w.uint32(32);
                    w.bool(obj.summaries);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    after: uint8ArrayAlloc(0),
                    erasure: false,
                    summaries: false
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
                            obj.after = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.erasure = reader.bool();
                            break;
                        }
                        case 4: {
                            obj.summaries = reader.bool();
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
        return encodeMessage(obj, Concerning.codec());
    }
    Concerning.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Concerning.codec(), opts);
    }
    Concerning.decode = decode;
})(Concerning || (Concerning = {}));
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
                if ((obj.have != null && obj.have.byteLength > 0)) {
                    w.uint32(66);
                    w.bytes(obj.have);
                }
                if ((obj.brief != null && obj.brief !== false)) {
                    w.uint32(72);
                    w.bool(obj.brief);
                }
                if ((obj.summaries != null && obj.summaries !== false)) {
                    w.uint32(80);
                    w.bool(obj.summaries);
                }
                if ((obj.digest != null && obj.digest.byteLength > 0)) {
                    w.uint32(90);
                    w.bytes(obj.digest);
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
                    whole: false,
                    have: uint8ArrayAlloc(0),
                    brief: false,
                    summaries: false,
                    digest: uint8ArrayAlloc(0)
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
                        case 8: {
                            obj.have = reader.bytes();
                            break;
                        }
                        case 9: {
                            obj.brief = reader.bool();
                            break;
                        }
                        case 10: {
                            obj.summaries = reader.bool();
                            break;
                        }
                        case 11: {
                            obj.digest = reader.bytes();
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
export var CredibilityMessage;
(function (CredibilityMessage) {
    let _codec;
    CredibilityMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.weight != null && obj.weight !== 0)) {
                    w.uint32(9);
                    w.double(obj.weight);
                }
                if ((obj.voice != null && obj.voice !== 0)) {
                    w.uint32(17);
                    w.double(obj.voice);
                }
                if ((obj.checked != null && obj.checked !== false)) {
                    w.uint32(24);
                    w.bool(obj.checked);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    weight: 0,
                    voice: 0,
                    checked: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.weight = reader.double();
                            break;
                        }
                        case 2: {
                            obj.voice = reader.double();
                            break;
                        }
                        case 3: {
                            obj.checked = reader.bool();
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
        return encodeMessage(obj, CredibilityMessage.codec());
    }
    CredibilityMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, CredibilityMessage.codec(), opts);
    }
    CredibilityMessage.decode = decode;
})(CredibilityMessage || (CredibilityMessage = {}));
export var Compare;
(function (Compare) {
    let _codec;
    Compare.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.spans != null && obj.spans.length > 0) {
                    for (const value of obj.spans) {
                        w.uint32(10);
                        Span.codec().encode(value, w);
                    }
                }
                if ((obj.whole != null && obj.whole !== false)) {
                    w.uint32(16);
                    w.bool(obj.whole);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    spans: [],
                    whole: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.spans != null && obj.spans.length === opts.limits.spans) {
                                throw new MaxLengthError('Decode error - repeated field "spans" had too many elements');
                            }
                            obj.spans.push(Span.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.spans$
                            }));
                            break;
                        }
                        case 2: {
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
        return encodeMessage(obj, Compare.codec());
    }
    Compare.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Compare.codec(), opts);
    }
    Compare.decode = decode;
})(Compare || (Compare = {}));
export var Span;
(function (Span) {
    let _codec;
    Span.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.fromEpoch != null && obj.fromEpoch !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.fromEpoch);
                }
                if ((obj.toEpoch != null && obj.toEpoch !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.toEpoch);
                }
                if ((obj.cuts != null && obj.cuts.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.cuts);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    fromEpoch: 0,
                    toEpoch: 0,
                    cuts: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.fromEpoch = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.toEpoch = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.cuts = reader.bytes();
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
        return encodeMessage(obj, Span.codec());
    }
    Span.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Span.codec(), opts);
    }
    Span.decode = decode;
})(Span || (Span = {}));
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
                if (obj.erasure != null) {
                    w.uint32(98);
                    ErasureState.codec().encode(obj.erasure, w);
                }
                if ((obj.pepper != null && obj.pepper.byteLength > 0)) {
                    w.uint32(106);
                    w.bytes(obj.pepper);
                }
                if (obj.epochSums != null && obj.epochSums.length > 0) {
                    for (const value of obj.epochSums) {
                        w.uint32(130);
                        EpochSums.codec().encode(value, w);
                    }
                }
                if ((obj.firstEpoch != null && obj.firstEpoch !== 0)) {
                    w.uint32(136);
                    w.uint32(obj.firstEpoch);
                }
                if ((obj.lacking != null && obj.lacking.byteLength > 0)) {
                    w.uint32(146);
                    w.bytes(obj.lacking);
                }
                if (obj.credibilities != null && obj.credibilities.length > 0) {
                    for (const value of obj.credibilities) {
                        w.uint32(162);
                        CredibilityMessage.codec().encode(value, w);
                    }
                }
                if ((obj.held != null && obj.held !== 0)) {
                    w.uint32(224);
                    w.uint32(obj.held);
                }
                if (obj.summaries != null && obj.summaries.length > 0) {
                    for (const value of obj.summaries) {
                        w.uint32(234);
                        w.bytes(value);
                    }
                }
                if ((obj.sameSummaries != null && obj.sameSummaries !== false)) {
                    w.uint32(240);
                    w.bool(obj.sameSummaries);
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
                    share: 0,
                    pepper: uint8ArrayAlloc(0),
                    epochSums: [],
                    firstEpoch: 0,
                    lacking: uint8ArrayAlloc(0),
                    credibilities: [],
                    held: 0,
                    summaries: [],
                    sameSummaries: false
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
                        case 12: {
                            obj.erasure = ErasureState.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.erasure
                            });
                            break;
                        }
                        case 13: {
                            obj.pepper = reader.bytes();
                            break;
                        }
                        case 16: {
                            if (opts.limits?.epochSums != null && obj.epochSums.length === opts.limits.epochSums) {
                                throw new MaxLengthError('Decode error - repeated field "epochSums" had too many elements');
                            }
                            obj.epochSums.push(EpochSums.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.epochSums$
                            }));
                            break;
                        }
                        case 17: {
                            obj.firstEpoch = reader.uint32();
                            break;
                        }
                        case 18: {
                            obj.lacking = reader.bytes();
                            break;
                        }
                        case 20: {
                            if (opts.limits?.credibilities != null && obj.credibilities.length === opts.limits.credibilities) {
                                throw new MaxLengthError('Decode error - repeated field "credibilities" had too many elements');
                            }
                            obj.credibilities.push(CredibilityMessage.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.credibilities$
                            }));
                            break;
                        }
                        case 28: {
                            obj.held = reader.uint32();
                            break;
                        }
                        case 29: {
                            if (opts.limits?.summaries != null && obj.summaries.length === opts.limits.summaries) {
                                throw new MaxLengthError('Decode error - repeated field "summaries" had too many elements');
                            }
                            obj.summaries.push(reader.bytes());
                            break;
                        }
                        case 30: {
                            obj.sameSummaries = reader.bool();
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
export var EpochSums;
(function (EpochSums) {
    let _codec;
    EpochSums.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.span != null && obj.span !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.span);
                }
                if ((obj.epoch != null && obj.epoch !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.epoch);
                }
                if ((obj.sums != null && obj.sums.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.sums);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    span: 0,
                    epoch: 0,
                    sums: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.span = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.epoch = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.sums = reader.bytes();
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
        return encodeMessage(obj, EpochSums.codec());
    }
    EpochSums.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, EpochSums.codec(), opts);
    }
    EpochSums.decode = decode;
})(EpochSums || (EpochSums = {}));
export var ErasureState;
(function (ErasureState) {
    let _codec;
    ErasureState.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.state != null && obj.state !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.state);
                }
                if ((obj.upToEpoch != null && obj.upToEpoch !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.upToEpoch);
                }
                if ((obj.records != null && obj.records !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.records);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    state: 0,
                    upToEpoch: 0,
                    records: 0
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
                            obj.upToEpoch = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.records = reader.uint64Number();
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
        return encodeMessage(obj, ErasureState.codec());
    }
    ErasureState.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ErasureState.codec(), opts);
    }
    ErasureState.decode = decode;
})(ErasureState || (ErasureState = {}));
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
