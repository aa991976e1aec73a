import { compressionsAlgorithms } from '@platformatic/kafka'
import { decompress as decompressZstd } from 'fzstd'

export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** The records of a compressed batch, decompressed; throws for bytes that are not what they say they are. */
export function decompress(codec: number, bytes: Buffer): Buffer {
  switch (CODECS[codec]) {
    case 'none':
      return bytes
    case 'gzip':
      return compressionsAlgorithms.gzip.decompressSync(bytes)
    case 'snappy':
      return compressionsAlgorithms.snappy.decompressSync(bytes)
    case 'lz4':
      return compressionsAlgorithms.lz4.decompressSync(bytes)
    case 'zstd':
      return fromZstd(bytes)
    default:
      throw new Error(`Compression ${codec} is not known.`)
  }
}

/** Node 20, which Electron 33 has inside, knows no zstd. */
function fromZstd(bytes: Buffer): Buffer {
  const { buffer, byteOffset, byteLength } = decompressZstd(bytes)
  return Buffer.from(buffer, byteOffset, byteLength)
}
