import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { useClusters } from '../../../../src/renderer/features/clusters/store.ts'
import { restoredTabs, savedTabs } from '../../../../src/renderer/navigation/saved-tabs.ts'
import { useNavigation } from '../../../../src/renderer/navigation/store.ts'
import type { OpenTabs } from '../../../../src/shared/ipc/tabs.ts'
import { cluster, fakeMain, storesOn } from '../fake-main.ts'

const topic = (name: string, id = 'local:local') => ({
  feature: 'topic',
  cluster: id,
  params: { topic: name },
})
const settings = { feature: 'settings', cluster: null }
const known = {
  features: new Set(['topic', 'settings', 'overview']),
  clusters: new Set(['local:local']),
}

it('tabs come back as they were saved, history and all', () => {
  const tabs = [
    { id: 4, history: [topic('a'), topic('b')], position: 0 },
    { id: 9, history: [settings], position: 0 },
  ]
  const restored = restoredTabs(savedTabs(tabs, 9, [topic('b')]), known)
  expect(restored).toEqual({
    tabs: [
      { id: 1, history: [topic('a'), topic('b')], position: 0 },
      { id: 2, history: [settings], position: 0 },
    ],
    activeId: 2,
    recent: [topic('b')],
  })
})

it('what was about a cluster or a page that is no more stays away', () => {
  const tabs = [
    { id: 1, history: [topic('gone', 'local:gone')], position: 0 },
    { id: 2, history: [topic('gone', 'local:gone'), topic('a'), topic('b')], position: 1 },
    { id: 3, history: [{ feature: 'of-a-later-version', cluster: null }], position: 0 },
  ]
  expect(restoredTabs(savedTabs(tabs, 1, [topic('x', 'local:gone')]), known)).toEqual({
    tabs: [{ id: 2, history: [topic('a'), topic('b')], position: 0 }],
    activeId: 2,
    recent: [],
  })
  expect(restoredTabs(savedTabs(tabs.slice(0, 1), 1, []), known)).toBeNull()
})

async function launched(saved: OpenTabs | null, list = () => [cluster()]) {
  const save = vi.fn()
  const main = fakeMain({ clusters: { list }, tabs: { load: () => saved, save } })
  const pinia = storesOn(main)
  const navigation = useNavigation(pinia)
  await Promise.all([useClusters(pinia).load(), navigation.load([...known.features])])
  navigation.begin()
  return { navigation, save, main, clusters: useClusters(pinia) }
}

it('a change is saved at once, and those made meanwhile when that is done', async () => {
  let written = () => {}
  const { navigation, save } = await launched(null)
  await flushPromises()
  save.mockClear()
  save.mockImplementation(() => new Promise<void>((resolve) => (written = resolve)))
  navigation.go(topic('a'))
  await nextTick()
  expect(save).toHaveBeenCalledTimes(1)
  navigation.go(topic('b'))
  navigation.go(topic('c'))
  await flushPromises()
  expect(save).toHaveBeenCalledTimes(1)
  written()
  await flushPromises()
  expect(save).toHaveBeenCalledTimes(2)
  expect(save.mock.lastCall?.[0].recent[0]).toMatchObject({ params: topic('c').params })
})

it('the window opens with them, and saves what is changed', async () => {
  const saved = savedTabs([{ id: 1, history: [topic('a')], position: 0 }], 1, [])
  const { navigation, save } = await launched(saved)
  expect(navigation.location).toEqual(topic('a'))
  navigation.openTab(settings)
  await flushPromises()
  expect(save.mock.lastCall?.[0]).toMatchObject({
    active: 1,
    tabs: [{}, { history: [{ feature: 'settings' }] }],
  })
})

it('are not forgotten because the clusters could not be listed', async () => {
  const saved = savedTabs([{ id: 1, history: [topic('a')], position: 0 }], 1, [])
  const list = vi.fn<() => ReturnType<typeof cluster>[]>().mockImplementationOnce(() => {
    throw new Error('no')
  })
  list.mockReturnValue([cluster()])
  const { navigation, clusters, save } = await launched(saved, list)
  expect(navigation.location).toEqual({ feature: 'create-cluster', cluster: null })
  await clusters.load()
  navigation.begin()
  expect(navigation.location).toEqual(topic('a'))
  expect(save).not.toHaveBeenCalled()
})

it('a closed tab comes back with its history', async () => {
  const { navigation } = await launched(null)
  navigation.openTab(topic('a'))
  navigation.go(topic('b'))
  navigation.closeTab(navigation.activeId)
  expect(navigation.location).not.toEqual(topic('b'))
  navigation.reopenTab()
  expect(navigation.location).toEqual(topic('b'))
  navigation.back()
  expect(navigation.location).toEqual(topic('a'))
})

it('tabs are gone through in a ring, and found by their place', async () => {
  const { navigation } = await launched(null)
  navigation.openTab(topic('a'))
  navigation.openTab(topic('b'))
  navigation.stepTab(1)
  expect(navigation.location).toEqual({ feature: 'overview', cluster: 'local:local' })
  navigation.stepTab(-1)
  expect(navigation.location).toEqual(topic('b'))
  navigation.showTab(1)
  expect(navigation.location).toEqual(topic('a'))
  navigation.showTab(7)
  expect(navigation.location).toEqual(topic('b'))
})

it('what was visited last is known, newest first and each once', async () => {
  const { navigation } = await launched(null)
  navigation.openTab(topic('a'))
  await Promise.resolve()
  navigation.go(topic('b'))
  await Promise.resolve()
  navigation.back()
  await vi.waitFor(() => expect(navigation.recent.slice(0, 2)).toEqual([topic('a'), topic('b')]))
})
