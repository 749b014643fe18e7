import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface ReportUp {
    reports: NumberedReport[];
    pullRoster: boolean;
    pullCertificates: boolean;
}
export declare namespace ReportUp {
    const codec: () => Codec<ReportUp>;
    function encode(obj: Partial<ReportUp>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportUp>): ReportUp;
}
export interface NumberedReport {
    number: number;
    report: Uint8Array;
}
export declare namespace NumberedReport {
    const codec: () => Codec<NumberedReport>;
    function encode(obj: Partial<NumberedReport>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NumberedReport>): NumberedReport;
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
    function encode(obj: Partial<ReportDown>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportDown>): ReportDown;
}
export interface ReportHello {
    window: number;
    windowOffsetMs: number;
}
export declare namespace ReportHello {
    const codec: () => Codec<ReportHello>;
    function encode(obj: Partial<ReportHello>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportHello>): ReportHello;
}
export interface Answer {
    number: number;
    status: number;
    code: number;
}
export declare namespace Answer {
    const codec: () => Codec<Answer>;
    function encode(obj: Partial<Answer>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Answer;
}
export interface ReportLiveSet {
    count: number;
    hash: Uint8Array;
}
export declare namespace ReportLiveSet {
    const codec: () => Codec<ReportLiveSet>;
    function encode(obj: Partial<ReportLiveSet>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReportLiveSet>): ReportLiveSet;
}
