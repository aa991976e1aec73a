import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { useClusters } from '../../../src/renderer/features/clusters/store.ts'
import { useNavigation } from '../../../src/renderer/navigation/store.ts'
import AppShell from '../../../src/renderer/shell/AppShell.vue'
import { FailureError } from '../../../src/shared/channel/failure.ts'
import { cluster, clusterWith, fakeMain, mountOn, sample, storesOn } from './fake-main.ts'

/** Pages are loaded when they are first shown; loading all of them takes a moment on a busy machine. */
const PATIENCE = { timeout: 8_000 }

/** The whole window on what main answers. */
async function opened(main: ReturnType<typeof fakeMain>) {
  const pinia = storesOn(main)
  await useClusters(pinia).load()
  useNavigation(pinia).begin()
  const window = mountOn(main, AppShell, { pinia })
  await vi.waitFor(() => expect(window.find('main h1, main [role=alert]').exists()).toBe(true), PATIENCE)
  return window
}

it('shows the running cluster, and follows it as main tells', async () => {
  const main = fakeMain({ clusters: { list: () => [cluster()] } })
  const window = await opened(main)
  await vi.waitFor(() => expect(window.findAll('article')).toHaveLength(3), PATIENCE)
  expect(window.get('article[aria-label="Broker 1"]').text()).toContain('controller')

  main.notify.overview.sampled(sample({ topics: 1_234, internalTopics: 0, partitions: 5_000 }))
  main.notify.clusters.changed([
    clusterWith(3, { state: 'failed', failure: { code: 'X', message: 'Out of memory.' } }),
  ])
  await flushPromises()
  expect(window.get('section[aria-label="Cluster in figures"]').text()).toContain('1,234')
  expect(window.get('ul[aria-label="Problems"]').text().replace(/\s+/gu, ' ')).toContain(
    'Broker 3 failed. Out of memory.',
  )
  expect(window.get('article[aria-label="Broker 3"]').text()).toContain('Failed')
})

it('asks for the first cluster where there is none', async () => {
  const window = await opened(fakeMain())
  expect(window.get('main h1').text()).toBe('Create a Kafka cluster on this machine')
})

it('does not take clusters it could not list for none at all', async () => {
  const failure = {
    code: 'DIRECTORY',
    message: 'The folder can’t be read.',
    remedy: 'Check its permissions.',
  }
  const list = vi.fn().mockRejectedValueOnce(new FailureError(failure)).mockResolvedValue([cluster()])
  const window = await opened(fakeMain({ clusters: { list } }))
  expect(window.get('main').text()).toContain('The folder can’t be read. Check its permissions.')
  expect(window.find('main h1').exists()).toBe(false)
  await window.get('main [role=alert] button').trigger('click')
  await vi.waitFor(() => expect(window.get('main h1').text()).toBe('local'), PATIENCE)
})
