import { describe, expect, it } from 'vitest'
import { useClusters } from '../../../src/renderer/features/clusters/store.ts'
import { useNavigation } from '../../../src/renderer/navigation/store.ts'
import { cluster, fakeMain, storesOn } from './fake-main.ts'

const overview = (id: string) => ({ feature: 'overview', cluster: id })
const settings = { feature: 'settings', cluster: null }

async function opened(...clusters: ReturnType<typeof cluster>[]) {
  const pinia = storesOn(fakeMain({ clusters: { list: () => clusters } }))
  await useClusters(pinia).load()
  const navigation = useNavigation(pinia)
  navigation.begin()
  return navigation
}

const running = cluster()
const stopped = cluster({ id: 'local:alpha', name: 'alpha', state: 'stopped' })

describe('the first page', () => {
  it('is where the first cluster is made, while there is none', async () => {
    expect((await opened()).location).toEqual({ feature: 'create-cluster', cluster: null })
  })

  it('is the cluster that runs, else any', async () => {
    expect((await opened(stopped, running)).location).toEqual(overview('local:local'))
    expect((await opened(stopped)).location).toEqual(overview('local:alpha'))
  })
})

describe('a tab', () => {
  it('goes back and forward, and forgets what lay ahead when it goes elsewhere', async () => {
    const navigation = await opened(running, stopped)
    navigation.showCluster('local:alpha')
    navigation.back()
    expect(navigation.location).toEqual(overview('local:local'))
    expect(navigation.canGoBack).toBe(false)
    navigation.forward()
    expect(navigation.location).toEqual(overview('local:alpha'))
    navigation.back()
    navigation.go(settings)
    expect(navigation.canGoForward).toBe(false)
    navigation.forward()
    expect(navigation.location).toEqual(settings)
  })

  it('stays where it is when it is sent there', async () => {
    const navigation = await opened(running)
    navigation.showCluster('local:local')
    expect(navigation.canGoBack).toBe(false)
  })
})

describe('tabs', () => {
  it('are opened once for each place', async () => {
    const navigation = await opened(running)
    navigation.openTab(settings)
    navigation.openTab(overview('local:local'))
    navigation.openTab(settings)
    expect(navigation.tabs).toHaveLength(2)
    expect(navigation.location).toEqual(settings)
  })

  it('are not left for a place that another one shows', async () => {
    const navigation = await opened(running)
    const first = navigation.activeId
    navigation.openTab(settings)
    navigation.go(overview('local:local'))
    expect(navigation.activeId).toBe(first)
    expect(navigation.tabs).toHaveLength(2)
  })

  it('give way to their neighbour when they are closed, but for the last', async () => {
    const navigation = await opened(running)
    navigation.openTab(settings)
    navigation.closeTab(navigation.activeId)
    expect(navigation.location).toEqual(overview('local:local'))
    navigation.closeTab(navigation.activeId)
    expect(navigation.tabs).toHaveLength(1)
  })

  it('keep the cluster in view while one about no cluster is shown', async () => {
    const navigation = await opened(running, stopped)
    navigation.showCluster('local:alpha')
    navigation.openTab(settings)
    expect(navigation.cluster).toMatchObject({ name: 'alpha' })
  })
})
