import { build } from '../../scripts/build.mjs'

/** Brokers in tests are the built ones: worker threads of plain Node cannot load TypeScript. */
export default function buildForNode(): Promise<void> {
  return build('node')
}
