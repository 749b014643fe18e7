import { decodeMessage, encodeMessage, message } from 'protons-runtime';
export var CutNotice;
(function (CutNotice) {
    let _codec;
    CutNotice.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.dimension != null && obj.dimension !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.dimension);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    dimension: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
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
        return encodeMessage(obj, CutNotice.codec());
    }
    CutNotice.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, CutNotice.codec(), opts);
    }
    CutNotice.decode = decode;
})(CutNotice || (CutNotice = {}));
