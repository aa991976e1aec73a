import { randomUUID } from 'node:crypto'
import type { Content, TypedRecord } from '../../../shared/ipc/produce.ts'

/** What stands for another value in each record of many. */
const PLACEHOLDER = /\{\{(index|uuid|now)\}\}/gu

/** `index` counts from 0. Each `{{uuid}}` is one of its own; `{{now}}` is the time in ISO 8601. */
export function expand(record: TypedRecord, index: number): TypedRecord {
  return {
    ...record,
    key: expandContent(record.key, index),
    value: expandContent(record.value, index),
    headers: record.headers.map(({ name, value }) => ({ name, value: expandContent(value, index) })),
  }
}

function expandContent(content: Content, index: number): Content {
  if (content.as !== 'text') return content
  return { as: 'text', text: content.text.replaceAll(PLACEHOLDER, (_, name: string) => valueOf(name, index)) }
}

function valueOf(name: string, index: number): string {
  if (name === 'index') return String(index)
  return name === 'uuid' ? randomUUID() : new Date().toISOString()
}
