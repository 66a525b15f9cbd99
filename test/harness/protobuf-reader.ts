/** A field of a protobuf message: varints as bigint, everything else as its bytes. */
export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

class Reader {
  #position = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#position >= this.bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.take(1)[0] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  take(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.bytes.length) throw new Error('the protobuf message ends too early');
    const taken = this.bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }
}

/**
 * The fields of a protobuf message in their order.
 * @throws Error when the bytes are no such message
 */
export function readFields(bytes: Buffer): ProtobufField[] {
  const reader = new Reader(bytes);
  const fields: ProtobufField[] = [];
  while (!reader.isAtEnd) {
    const tag = Number(reader.varint());
    fields.push({ number: tag >> 3, value: readValue(reader, tag & 7) });
  }
  return fields;
}

function readValue(reader: Reader, wireType: number): bigint | Buffer {
  switch (wireType) {
    case VARINT:
      return reader.varint();
    case FIXED_64:
      return reader.take(8);
    case BYTES:
      return reader.take(Number(reader.varint()));
    case FIXED_32:
      return reader.take(4);
    default:
      throw new Error(`unknown wire type ${wireType} in a protobuf message`);
  }
}
