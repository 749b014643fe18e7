import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var ReportUp;
(function (ReportUp) {
    let _codec;
    ReportUp.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.reports != null && obj.reports.length > 0) {
                    for (const value of obj.reports) {
                        w.uint32(10);
                        NumberedReport.codec().encode(value, w);
                    }
                }
                if ((obj.pullRoster != null && obj.pullRoster !== false)) {
                    w.uint32(16);
                    w.bool(obj.pullRoster);
                }
                if ((obj.pullCertificates != null && obj.pullCertificates !== false)) {
                    w.uint32(24);
                    w.bool(obj.pullCertificates);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    reports: [],
                    pullRoster: false,
                    pullCertificates: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.reports != null && obj.reports.length === opts.limits.reports) {
                                throw new MaxLengthError('Decode error - repeated field "reports" had too many elements');
                            }
                            obj.reports.push(NumberedReport.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.reports$
                            }));
                            break;
                        }
                        case 2: {
                            obj.pullRoster = reader.bool();
                            break;
                        }
                        case 3: {
                            obj.pullCertificates = reader.bool();
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
        return encodeMessage(obj, ReportUp.codec());
    }
    ReportUp.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ReportUp.codec(), opts);
    }
    ReportUp.decode = decode;
})(ReportUp || (ReportUp = {}));
export var NumberedReport;
(function (NumberedReport) {
    let _codec;
    NumberedReport.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.number != null && obj.number !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.number);
                }
                if ((obj.report != null && obj.report.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.report);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    number: 0,
                    report: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.number = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.report = reader.bytes();
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
        return encodeMessage(obj, NumberedReport.codec());
    }
    NumberedReport.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, NumberedReport.codec(), opts);
    }
    NumberedReport.decode = decode;
})(NumberedReport || (NumberedReport = {}));
export var ReportDown;
(function (ReportDown) {
    let _codec;
    ReportDown.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.hello != null) {
                    w.uint32(10);
                    ReportHello.codec().encode(obj.hello, w);
                }
                if (obj.answers != null && obj.answers.length > 0) {
                    for (const value of obj.answers) {
                        w.uint32(18);
                        Answer.codec().encode(value, w);
                    }
                }
                if ((obj.credits != null && obj.credits !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.credits);
                }
                if (obj.live != null) {
                    w.uint32(34);
                    ReportLiveSet.codec().encode(obj.live, w);
                }
                if ((obj.rosterVersion != null && obj.rosterVersion !== 0)) {
                    w.uint32(40);
                    w.uint64Number(obj.rosterVersion);
                }
                if (obj.certificates != null && obj.certificates.length > 0) {
                    for (const value of obj.certificates) {
                        w.uint32(50);
                        w.bytes(value);
                    }
                }
                if ((obj.roster != null && obj.roster.byteLength > 0)) {
                    w.uint32(58);
                    w.bytes(obj.roster);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    answers: [],
                    credits: 0,
                    rosterVersion: 0,
                    certificates: [],
                    roster: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.hello = ReportHello.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.hello
                            });
                            break;
                        }
                        case 2: {
                            if (opts.limits?.answers != null && obj.answers.length === opts.limits.answers) {
                                throw new MaxLengthError('Decode error - repeated field "answers" had too many elements');
                            }
                            obj.answers.push(Answer.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.answers$
                            }));
                            break;
                        }
                        case 3: {
                            obj.credits = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.live = ReportLiveSet.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.live
                            });
                            break;
                        }
                        case 5: {
                            obj.rosterVersion = reader.uint64Number();
                            break;
                        }
                        case 6: {
                            if (opts.limits?.certificates != null && obj.certificates.length === opts.limits.certificates) {
                                throw new MaxLengthError('Decode error - repeated field "certificates" had too many elements');
                            }
                            obj.certificates.push(reader.bytes());
                            break;
                        }
                        case 7: {
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
        return encodeMessage(obj, ReportDown.codec());
    }
    ReportDown.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ReportDown.codec(), opts);
    }
    ReportDown.decode = decode;
})(ReportDown || (ReportDown = {}));
export var ReportHello;
(function (ReportHello) {
    let _codec;
    ReportHello.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.window != null && obj.window !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.window);
                }
                if ((obj.windowOffsetMs != null && obj.windowOffsetMs !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.windowOffsetMs);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    window: 0,
                    windowOffsetMs: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.window = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.windowOffsetMs = reader.uint32();
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
        return encodeMessage(obj, ReportHello.codec());
    }
    ReportHello.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ReportHello.codec(), opts);
    }
    ReportHello.decode = decode;
})(ReportHello || (ReportHello = {}));
export var Answer;
(function (Answer) {
    let _codec;
    Answer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.number != null && obj.number !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.number);
                }
                if ((obj.status != null && obj.status !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.status);
                }
                if ((obj.code != null && obj.code !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.code);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    number: 0,
                    status: 0,
                    code: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.number = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.status = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.code = reader.uint32();
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
        return encodeMessage(obj, Answer.codec());
    }
    Answer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Answer.codec(), opts);
    }
    Answer.decode = decode;
})(Answer || (Answer = {}));
export var ReportLiveSet;
(function (ReportLiveSet) {
    let _codec;
    ReportLiveSet.codec = () => {
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
        return encodeMessage(obj, ReportLiveSet.codec());
    }
    ReportLiveSet.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ReportLiveSet.codec(), opts);
    }
    ReportLiveSet.decode = decode;
})(ReportLiveSet || (ReportLiveSet = {}));
