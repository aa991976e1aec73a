import { describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { useClusters } from '../../../src/renderer/features/clusters/store.ts'
import { useOverviews } from '../../../src/renderer/features/overview/store.ts'
import { useSettings } from '../../../src/renderer/features/settings/store.ts'
import { i18n } from '../../../src/renderer/locales/i18n.ts'
import { FailureError } from '../../../src/shared/channel/failure.ts'
import { cluster, clusterWith, fakeMain, noAnswer, sample, storesOn } from './fake-main.ts'

const ID = 'local:local'

describe('clusters', () => {
  it('are those main lists, and then those it tells of', async () => {
    const main = fakeMain({ clusters: { list: () => [cluster({ state: 'stopped' })] } })
    const clusters = useClusters(storesOn(main))
    expect(clusters.list.state).toBe('idle')
    await clusters.load()
    expect(clusters.find(ID)).toMatchObject({ state: 'stopped' })
    main.notify.clusters.changed([cluster()])
    expect(clusters.find(ID)).toMatchObject({ state: 'running' })
    expect(clusters.find('local:other')).toBeNull()
  })

  it('say what is being done, once', async () => {
    let killed: (entry: ReturnType<typeof cluster>) => void = () => undefined
    const killBroker = vi.fn(() => new Promise<ReturnType<typeof cluster>>((resolve) => (killed = resolve)))
    const clusters = useClusters(storesOn(fakeMain({ clusters: { list: () => [cluster()], killBroker } })))
    await clusters.load()
    const first = clusters.broker('killBroker', ID, 2)
    await clusters.broker('killBroker', ID, 2)
    expect(clusters.isActing(ID, 2)).toBe(true)
    expect(clusters.isActing(ID)).toBe(false)
    await vi.waitFor(() => expect(killBroker).toHaveBeenCalled())
    killed(clusterWith(2, { state: 'stopped' }))
    await first
    expect(killBroker).toHaveBeenCalledTimes(1)
    expect(clusters.isActing(ID, 2)).toBe(false)
    expect(clusters.locals[0]?.brokers[1]).toMatchObject({ state: 'stopped' })
  })

  it('keep why an action failed until the next one', async () => {
    const failure = { code: 'START_TIMEOUT', message: 'Not ready in time.' }
    const start = vi.fn().mockRejectedValueOnce(new FailureError(failure)).mockResolvedValue(cluster())
    const clusters = useClusters(storesOn(fakeMain({ clusters: { start } })))
    await clusters.start(ID)
    expect(clusters.lastFailure).toEqual({ action: 'start', cluster: ID, broker: null, failure })
    await clusters.start(ID)
    expect(clusters.lastFailure).toBeNull()
  })
})

describe('overviews', () => {
  it('keep the last figures while a cluster does not answer, and forget them when it stops', async () => {
    const main = fakeMain({ overview: { latest: () => [sample({ topics: 5 })] } })
    const overviews = useOverviews(storesOn(main))
    await overviews.load()
    main.notify.overview.sampled(noAnswer)
    expect(overviews.of(ID)).toMatchObject({ sample: { overview: { ok: false } }, overview: { topics: 5 } })
    main.notify.clusters.changed([cluster({ state: 'stopped' })])
    expect(overviews.of(ID)).toBeNull()
  })
})

describe('settings', () => {
  it('set the language of the window, and follow the system where the user does', async () => {
    const settings = useSettings(storesOn(fakeMain()))
    await settings.load()
    expect(i18n.global.locale.value).toBe('en')
    await settings.change({ language: 'ko' })
    await nextTick()
    expect(i18n.global.locale.value).toBe('ko')
    expect(document.documentElement.lang).toBe('ko')
    await settings.change({ language: 'system' })
    await nextTick()
    expect(i18n.global.locale.value).toBe('en')
  })
})
