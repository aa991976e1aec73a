import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  checkClusterName,
  readClusterDefinition,
  writeClusterDefinition,
} from '../../../src/broker/supervisor/definition.ts'
import { exampleDefinition } from './fake-cluster.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('cluster.json', () => {
  test('is read as it was written', () => {
    const folder = temporaryFolder()

    writeClusterDefinition(folder, exampleDefinition)

    expect(readClusterDefinition(folder)).toEqual(exampleDefinition)
  })

  test('makes its folder, and leaves no temporary file in it', () => {
    const folder = join(temporaryFolder(), 'team', 'local')

    writeClusterDefinition(folder, exampleDefinition)
    writeClusterDefinition(folder, { ...exampleDefinition, config: {} })

    expect(readdirSync(folder)).toEqual(['cluster.json'])
    expect(readClusterDefinition(folder)?.config).toEqual({})
  })

  test('keeps who is on the way out', () => {
    const folder = temporaryFolder()
    const leaving = [{ brokerId: 2, allowFewerReplicas: true }]

    writeClusterDefinition(folder, { ...exampleDefinition, leaving })

    expect(readClusterDefinition(folder)?.leaving).toEqual(leaving)
  })

  test('is null where there is no cluster', () => {
    const folder = temporaryFolder()

    expect(readClusterDefinition(folder)).toBeNull()
    expect(readClusterDefinition(join(folder, 'missing'))).toBeNull()
  })

  test('below a file is no cluster either', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')

    expect(readClusterDefinition(file)).toBeNull()
  })

  test.each([
    ['{', /cluster\.json is damaged: it is no JSON\./],
    ['[]', /is damaged: it is no object\./],
    ['{"formatVersion":2}', /has format version 2, and this Ottla knows version 1\./],
    [JSON.stringify({ ...exampleDefinition, name: 1 }), /is damaged: "name" is no string\./],
    [JSON.stringify({ ...exampleDefinition, clusterId: null }), /"clusterId" is no string\./],
    [JSON.stringify({ ...exampleDefinition, createdAtMs: '1' }), /"createdAtMs" is no number\./],
    [JSON.stringify({ ...exampleDefinition, brokers: [] }), /"brokers" lists no broker\./],
    [JSON.stringify({ ...exampleDefinition, brokers: [{ id: 1 }] }), /an entry which is no broker\./],
    [JSON.stringify({ ...exampleDefinition, config: { a: 1 } }), /"config" does not map names to strings\./],
    [JSON.stringify({ ...exampleDefinition, leaving: [3] }), /"leaving" does not list brokers\./],
    [JSON.stringify({ ...exampleDefinition, leaving: {} }), /"leaving" does not list brokers\./],
  ])('which says %s is refused', (text, sentence) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'cluster.json'), text)

    expect(() => readClusterDefinition(folder)).toThrow(sentence)
  })

  test('which is a folder is refused with a remedy', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'cluster.json'))

    expect(() => readClusterDefinition(folder)).toThrow(
      /cluster\.json can't be used: there is a folder where a file belongs\. Remove that folder/,
    )
  })

  test('can not be written below a file', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')

    expect(() => writeClusterDefinition(join(file, 'local'), exampleDefinition)).toThrow(
      /Choose another folder\./,
    )
  })
})

describe('a cluster name', () => {
  test.each(['local', 'a', 'Team-A.v2_x', 'x'.repeat(40)])('can be %s', (name) => {
    expect(() => checkClusterName(name)).not.toThrow()
  })

  test.each([
    ['', "The cluster's name is empty."],
    ['x'.repeat(41), "The cluster's name has 41 characters, and 40 is the most."],
    ['a/b', 'has the character "/", which is not allowed.'],
    ['a b', 'has the character " ", which is not allowed.'],
    ['가', 'has the character "가", which is not allowed.'],
    ['.', 'ends with a dot.'],
    ['..', 'ends with a dot.'],
    ['a.', 'ends with a dot.'],
  ])('can not be "%s"', (name, sentence) => {
    expect(() => checkClusterName(name)).toThrow(sentence)
  })
})
