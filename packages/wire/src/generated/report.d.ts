import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface ReportUp {
    reports: NumberedReport[];
    pullRoster: boolean;
    pullCertificates: boolean;
}
export declare namespace ReportUp {
    const codec: () => Codec<ReportUp>;
    interface ReportUpReportsNumberFieldEvent {
        field: '$.reports[].number';
        value: number;
        index: number;
    }
    interface ReportUpReportsReportFieldEvent {
        field: '$.reports[].report';
        value: Uint8Array;
        index: number;
    }
    interface ReportUpPullRosterFieldEvent {
        field: '$.pullRoster';
        value: boolean;
    }
    interface ReportUpPullCertificatesFieldEvent {
        field: '$.pullCertificates';
        value: boolean;
    }
    function encode(obj: Partial<ReportUp>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportUp>): ReportUp;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportUp>): Generator<ReportUpReportsNumberFieldEvent | ReportUpReportsReportFieldEvent | ReportUpPullRosterFieldEvent | ReportUpPullCertificatesFieldEvent>;
}
export interface NumberedReport {
    number: number;
    report: Uint8Array;
}
export declare namespace NumberedReport {
    const codec: () => Codec<NumberedReport>;
    interface NumberedReportNumberFieldEvent {
        field: '$.number';
        value: number;
    }
    interface NumberedReportReportFieldEvent {
        field: '$.report';
        value: Uint8Array;
    }
    function encode(obj: Partial<NumberedReport>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NumberedReport>): NumberedReport;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NumberedReport>): Generator<NumberedReportNumberFieldEvent | NumberedReportReportFieldEvent>;
}
export interface ReportDown {
    hello?: ReportHello;
    answers: Answer[];
    credits: number;
    live?: ReportLiveSet;
    rosterVersion: number;
    certificates: Uint8Array[];
    roster: Uint8Array;
}
export declare namespace ReportDown {
    const codec: () => Codec<ReportDown>;
    interface ReportDownHelloWindowFieldEvent {
        field: '$.hello.window';
        value: number;
    }
    interface ReportDownHelloWindowOffsetMsFieldEvent {
        field: '$.hello.windowOffsetMs';
        value: number;
    }
    interface ReportDownAnswersNumberFieldEvent {
        field: '$.answers[].number';
        value: number;
        index: number;
    }
    interface ReportDownAnswersStatusFieldEvent {
        field: '$.answers[].status';
        value: number;
        index: number;
    }
    interface ReportDownAnswersCodeFieldEvent {
        field: '$.answers[].code';
        value: number;
        index: number;
    }
    interface ReportDownCreditsFieldEvent {
        field: '$.credits';
        value: number;
    }
    interface ReportDownLiveCountFieldEvent {
        field: '$.live.count';
        value: number;
    }
    interface ReportDownLiveHashFieldEvent {
        field: '$.live.hash';
        value: Uint8Array;
    }
    interface ReportDownRosterVersionFieldEvent {
        field: '$.rosterVersion';
        value: number;
    }
    interface ReportDownCertificatesFieldEvent {
        field: '$.certificates[]';
        index: number;
        value: Uint8Array;
    }
    interface ReportDownRosterFieldEvent {
        field: '$.roster';
        value: Uint8Array;
    }
    function encode(obj: Partial<ReportDown>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportDown>): ReportDown;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportDown>): Generator<ReportDownHelloWindowFieldEvent | ReportDownHelloWindowOffsetMsFieldEvent | ReportDownAnswersNumberFieldEvent | ReportDownAnswersStatusFieldEvent | ReportDownAnswersCodeFieldEvent | ReportDownCreditsFieldEvent | ReportDownLiveCountFieldEvent | ReportDownLiveHashFieldEvent | ReportDownRosterVersionFieldEvent | ReportDownCertificatesFieldEvent | ReportDownRosterFieldEvent>;
}
export interface ReportHello {
    window: number;
    windowOffsetMs: number;
}
export declare namespace ReportHello {
    const codec: () => Codec<ReportHello>;
    interface ReportHelloWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    interface ReportHelloWindowOffsetMsFieldEvent {
        field: '$.windowOffsetMs';
        value: number;
    }
    function encode(obj: Partial<ReportHello>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportHello>): ReportHello;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportHello>): Generator<ReportHelloWindowFieldEvent | ReportHelloWindowOffsetMsFieldEvent>;
}
export interface Answer {
    number: number;
    status: number;
    code: number;
}
export declare namespace Answer {
    const codec: () => Codec<Answer>;
    interface AnswerNumberFieldEvent {
        field: '$.number';
        value: number;
    }
    interface AnswerStatusFieldEvent {
        field: '$.status';
        value: number;
    }
    interface AnswerCodeFieldEvent {
        field: '$.code';
        value: number;
    }
    function encode(obj: Partial<Answer>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Answer;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Generator<AnswerNumberFieldEvent | AnswerStatusFieldEvent | AnswerCodeFieldEvent>;
}
export interface ReportLiveSet {
    count: number;
    hash: Uint8Array;
}
export declare namespace ReportLiveSet {
    const codec: () => Codec<ReportLiveSet>;
    interface ReportLiveSetCountFieldEvent {
        field: '$.count';
        value: number;
    }
    interface ReportLiveSetHashFieldEvent {
        field: '$.hash';
        value: Uint8Array;
    }
    function encode(obj: Partial<ReportLiveSet>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportLiveSet>): ReportLiveSet;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportLiveSet>): Generator<ReportLiveSetCountFieldEvent | ReportLiveSetHashFieldEvent>;
}
