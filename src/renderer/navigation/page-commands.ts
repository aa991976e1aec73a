import { defineStore } from 'pinia'
import { onActivated, onBeforeUnmount, onDeactivated, onMounted, shallowRef } from 'vue'
import type { Command } from '../features/feature.ts'

type Commands = () => Command[]

/** What the page in view lets the palette do. */
export const usePageInView = defineStore('page-in-view', () => {
  const commands = shallowRef<Commands | null>(null)
  return { commands }
})

/** For a page: its own acts, in the palette as long as it is in view. */
export function usePageCommands(commands: Commands): void {
  const inView = usePageInView()
  const show = () => (inView.commands = commands)
  const hide = () => {
    if (inView.commands === commands) inView.commands = null
  }
  onMounted(show)
  onActivated(show)
  onDeactivated(hide)
  onBeforeUnmount(hide)
}
