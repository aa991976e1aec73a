import { ref } from 'vue'
import { useClient } from '../ipc.ts'

const SHOWN_MS = 1_500

/** Puts text on the clipboard; `copied` is true for a moment after it. */
export function useCopy() {
  const client = useClient()
  const copied = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  const copy = async (text: string) => {
    const { ok } = await client.app.copyText({ text })
    copied.value = ok
    clearTimeout(timer)
    timer = setTimeout(() => (copied.value = false), SHOWN_MS)
  }

  return { copied, copy }
}
