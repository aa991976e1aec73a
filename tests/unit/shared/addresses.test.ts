import { expect, it } from 'vitest'
import { parseAddress, remoteForm, splitAddresses } from '../../../src/shared/ipc/clusters.ts'

it.each([
  ['localhost:9092', { host: 'localhost', port: 9092 }],
  ['kafka-1.example.com:65535', { host: 'kafka-1.example.com', port: 65_535 }],
  ['[::1]:9092', { host: '::1', port: 9092 }],
  ['localhost', null],
  ['localhost:', null],
  ['localhost:0', null],
  ['localhost:65536', null],
  ['localhost:port', null],
  ['::1:9092', null],
  ['http://localhost:9092', null],
])('the address %s', (text, address) => {
  expect(parseAddress(text)).toEqual(address)
})

it('addresses are split however they are pasted, and each counts once', () => {
  expect(splitAddresses(' a:1, b:2\n a:1;'.replace(';', ''))).toEqual(['a:1', 'b:2'])
})

it('a form keeps its addresses as Kafka writes them', () => {
  expect(remoteForm.parse({ name: ' staging ', bootstrapServers: 'a:1  b:2,' })).toEqual({
    name: 'staging',
    bootstrapServers: 'a:1,b:2',
  })
  expect(remoteForm.safeParse({ name: ' ', bootstrapServers: 'a:1' }).success).toBe(false)
  expect(remoteForm.safeParse({ name: 'x', bootstrapServers: 'a:1,b' }).success).toBe(false)
  expect(remoteForm.safeParse({ name: 'x', bootstrapServers: ' , ' }).success).toBe(false)
})
