import ui from '@nuxt/ui/vue-plugin'
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import type { Result } from '../../../src/shared/channel/failure.ts'
import type { RemoteValue } from '../../../src/renderer/composables/remote-value.ts'
import { useRemoteValue } from '../../../src/renderer/composables/remote-value.ts'
import RemoteView from '../../../src/renderer/components/RemoteView.vue'
import { i18n } from '../../../src/renderer/locales/i18n.ts'

const failure = { code: 'X', message: 'The broker said no.', remedy: 'Ask it again.' }

describe('a remote value', () => {
  it('is idle, loading, ready; and keeps what it had while it loads again and when that fails', async () => {
    const answers: Result<number>[] = [
      { ok: true, value: 1 },
      { ok: false, failure },
    ]
    const remote = useRemoteValue(() => Promise.resolve(answers.shift() ?? { ok: true, value: 0 }))
    expect(remote.current.value).toEqual({ state: 'idle', value: null })
    const first = remote.load()
    expect(remote.current.value).toEqual({ state: 'loading', value: null })
    await first
    expect(remote.current.value).toEqual({ state: 'ready', value: 1 })
    const second = remote.load()
    expect(remote.current.value).toEqual({ state: 'loading', value: 1 })
    await second
    expect(remote.current.value).toEqual({ state: 'failed', value: 1, failure })
  })

  it('is the answer to the last question, whichever comes last', async () => {
    const waiting: ((result: Result<string>) => void)[] = []
    const remote = useRemoteValue<string>(() => new Promise((resolve) => waiting.push(resolve)))
    const both = [remote.load(), remote.load()]
    waiting[1]?.({ ok: true, value: 'later' })
    waiting[0]?.({ ok: true, value: 'earlier' })
    await Promise.all(both)
    expect(remote.value.value).toBe('later')
  })
})

describe('its view', () => {
  const view = (remote: RemoteValue<string>, onRetry = vi.fn()) =>
    mount(RemoteView, {
      props: { remote, onRetry },
      slots: { default: ({ value }: { value: unknown }) => h('b', String(value)) },
      global: { plugins: [i18n, ui] },
    })

  it('waits without a value, and shows it once there is one', () => {
    expect(view({ state: 'loading', value: null }).find('[role=status]').exists()).toBe(true)
    expect(view({ state: 'ready', value: 'here' }).get('b').text()).toBe('here')
    expect(view({ state: 'loading', value: 'here' }).get('b').text()).toBe('here')
  })

  it('shows cause and remedy of a failure beside the value of before', async () => {
    const onRetry = vi.fn()
    const failed = view({ state: 'failed', value: 'here', failure }, onRetry)
    expect(failed.get('[role=alert]').text()).toContain('The broker said no. Ask it again.')
    expect(failed.get('b').text()).toBe('here')
    await failed.get('[role=alert] button').trigger('click')
    expect(onRetry).toHaveBeenCalledOnce()
  })
})
