/** Renders docs/protocol.md from the list of handlers and the head comments of their files. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { APACHE_KAFKA_VERSION, KNOWN_DIFFERENCES } from '../../interop/differential/known-differences.ts'
import type { ApiHandler } from '../../../src/broker/handlers/handler.ts'

const HANDLERS = join(import.meta.dirname, '../../../src/broker/handlers')

export function renderProtocolDocument(handlers: readonly ApiHandler[]): string {
  const served = handlers.filter(({ internal }) => !internal).sort((a, b) => a.api.key - b.api.key)
  const rows = served.map(({ api, forwarded }) => {
    const [min, max] = api.versions
    const told = api.advertisedMin === min ? '' : `, told as ${api.advertisedMin}-${max}`
    return `| ${api.key} | ${api.name} | ${min}-${max}${told} | ${forwarded ? 'controller' : 'any broker'} |`
  })
  const gaps = served.flatMap(({ api }) => {
    const gap = gapOf(headOf(api.key))
    return gap === null ? [] : [`- **${api.name}** (${api.key}): ${gap}`]
  })
  const between = handlers
    .filter(({ internal }) => internal)
    .map(({ api }) => `${api.name} (${api.key})`)
    .join(', ')
  return [
    '# The protocol Ottla serves',
    '',
    'Written by `npm run docs` from the list of handlers and the heads of their files; a test keeps it true.',
    '',
    '| key | API | versions | answered by |',
    '| --: | --- | --- | --- |',
    ...rows,
    '',
    `Between brokers only: ${between}.`,
    '',
    '## Known gaps',
    '',
    ...gaps,
    '',
    '## Differences from Apache Kafka seen side by side',
    '',
    `The same scripts are played on Apache Kafka ${APACHE_KAFKA_VERSION} and on Ottla by \`npm run test:interop\`, and the answers`,
    'compared field by field. Left out are sentences, ids made at random, ports, folders and clocks. Kafka runs without',
    'eligible leader replicas, which Ottla has off by default.',
    '',
    'Meant to stay:',
    '',
    ...differences('design'),
    '',
    'Not done yet:',
    '',
    ...differences('gap'),
    '',
  ].join('\n')
}

function differences(kind: 'design' | 'gap'): string[] {
  return KNOWN_DIFFERENCES.filter((each) => each.kind === kind).map(({ what }) => `- ${what}`)
}

function headOf(key: number): string {
  const prefix = `${String(key).padStart(2, '0')}-`
  const file = readdirSync(HANDLERS).find((name) => name.startsWith(prefix))
  if (file === undefined) throw new Error(`API ${key} has no file of its own in src/broker/handlers`)
  const [head = ''] = readFileSync(join(HANDLERS, file), 'utf8').split('*/')
  return head
}

/** The paragraph of a head comment that begins with "Gap:" or "Gaps:". */
function gapOf(head: string): string | null {
  const text = head.replaceAll(/^ ?\/?\*+ ?/gm, '')
  const found = /(?:^|\n)Gaps?: ([\s\S]*?)(?:\n\s*\n|$)/.exec(text)
  return found?.[1]?.replaceAll(/\s+/g, ' ').trim() ?? null
}
