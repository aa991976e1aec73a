import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createHandlers } from '../../../src/broker/handlers/index.ts'
import { renderProtocolDocument } from './protocol-document.ts'

const handlers = createHandlers(() => {
  throw new Error('nothing is dispatched here')
})

// `npm run docs` runs this test with -u, which writes the file.
it('docs/protocol.md says what the handlers say', async () => {
  await expect(renderProtocolDocument(handlers)).toMatchFileSnapshot(
    join(import.meta.dirname, '../../../docs/protocol.md'),
  )
})

it('every API has one handler', () => {
  const keys = handlers.map(({ api }) => api.key)
  expect(new Set(keys).size).toBe(keys.length)
})
