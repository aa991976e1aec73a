import { fileURLToPath } from 'node:url'

/** Where librdkafka and its bindings are kept once they are built. */
export const FOLDER = fileURLToPath(
  new URL('../../../node_modules/.cache/ottla-interop/librdkafka', import.meta.url),
)
