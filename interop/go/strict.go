package peerwatch

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

var errNotStrict = errors.New("a message that is not in the one form that all implementations read alike")

// Numbers beyond it are no numbers in JavaScript.
const safeInteger = 1<<53 - 1

// unmarshal decodes what the TypeScript nodes decode, and refuses what they refuse: a number in more bytes than it needs,
// a field of another wire type than its declaration, groups. Two parsers that disagree on one message are two messages.
func unmarshal(encoded []byte, message proto.Message) error {
	if !isStrict(encoded, message.ProtoReflect().Descriptor()) {
		return errNotStrict
	}
	return proto.Unmarshal(encoded, message)
}

func isStrict(bytes []byte, message protoreflect.MessageDescriptor) bool {
	for len(bytes) > 0 {
		tag, ok := takeVarint(&bytes)
		if !ok || tag>>3 == 0 || tag > 1<<32-1 {
			return false
		}
		number, wireType := protowire.DecodeTag(tag)
		field := message.Fields().ByNumber(number)
		if field != nil && wireType != wireTypeOf(field.Kind()) {
			return false
		}
		if !isStrictField(&bytes, field, wireType) {
			return false
		}
	}
	return true
}

// isStrictField takes the value of one field off bytes; field is nil where it is unknown.
func isStrictField(bytes *[]byte, field protoreflect.FieldDescriptor, wireType protowire.Type) bool {
	switch wireType {
	case protowire.VarintType:
		value, ok := takeVarint(bytes)
		return ok && (field == nil || value <= mostOf(field.Kind()))
	case protowire.Fixed64Type:
		return take(bytes, 8) != nil
	case protowire.Fixed32Type:
		return take(bytes, 4) != nil
	case protowire.BytesType:
		length, ok := takeVarint(bytes)
		if !ok || length > uint64(len(*bytes)) {
			return false
		}
		inner := take(bytes, int(length))
		return field == nil || field.Kind() != protoreflect.MessageKind || isStrict(inner, field.Message())
	default:
		return false
	}
}

func wireTypeOf(kind protoreflect.Kind) protowire.Type {
	switch kind {
	case protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.BytesKind, protoreflect.StringKind, protoreflect.MessageKind:
		return protowire.BytesType
	default:
		return protowire.VarintType
	}
}

func mostOf(kind protoreflect.Kind) uint64 {
	switch kind {
	case protoreflect.BoolKind:
		return 1
	case protoreflect.Uint32Kind:
		return 1<<32 - 1
	default:
		return safeInteger
	}
}

func take(bytes *[]byte, count int) []byte {
	if count > len(*bytes) {
		return nil
	}
	taken := (*bytes)[:count:count]
	*bytes = (*bytes)[count:]
	return taken
}

func takeVarint(bytes *[]byte) (uint64, bool) {
	value, length := protowire.ConsumeVarint(*bytes)
	if length < 0 || length != protowire.SizeVarint(value) || value > safeInteger {
		return 0, false
	}
	*bytes = (*bytes)[length:]
	return value, true
}
