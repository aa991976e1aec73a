/** The tag buffer at the end of a struct of a flexible version (KIP-482). */
import type { Default } from './defaults.ts'
import { DecodeError } from './reader.ts'
import type { Reader } from './reader.ts'
import type { ValueCodec } from './scalar-codec.ts'
import { Writer } from './writer.ts'

export type Struct = Record<string, unknown>

/** One field of a struct, in one version. */
export interface Member {
  readonly name: string
  readonly place: 'absent' | 'plain' | 'tagged'
  readonly tag: number
  readonly ignorable: boolean
  readonly value: ValueCodec
  readonly default: Default
}

export interface TagCodec {
  read(reader: Reader, struct: Struct): void
  write(writer: Writer, struct: Struct): void
}

/** Written are only fields that differ from their default, by ascending tag; read are the known ones. */
export function tagCodec(members: readonly Member[]): TagCodec {
  const known = members.toSorted((a, b) => a.tag - b.tag)
  const byTag = new Map(known.map((each) => [each.tag, each]))

  return {
    read(reader, struct) {
      const count = reader.unsignedVarint()
      for (let i = 0; i < count; i++) {
        const field = byTag.get(reader.unsignedVarint())
        const size = reader.unsignedVarint()
        const start = reader.skip(size)
        if (field !== undefined) struct[field.name] = readWithin(reader, field.value, start, start + size)
      }
    },

    write(writer, struct) {
      const set = known.length === 0 ? known : known.filter((each) => !each.default.is(struct[each.name]))
      writer.unsignedVarint(set.length)
      for (const { tag, name, value } of set) {
        const content = new Writer()
        value.write(content, struct[name])
        writer.unsignedVarint(tag)
        writer.unsignedVarint(content.size)
        writer.append(content)
      }
    },
  }
}

/** A tagged field says its size; reading less or more than that means the frame lies. */
function readWithin(reader: Reader, value: ValueCodec, start: number, end: number): unknown {
  const outer = reader.end
  reader.position = start
  reader.end = end
  const result = value.read(reader)
  if (reader.position !== end) throw new DecodeError(`tagged field ends at ${reader.position}, not ${end}`)
  reader.end = outer
  return result
}
