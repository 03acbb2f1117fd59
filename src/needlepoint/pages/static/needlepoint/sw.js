// Without a connection a page of the clinic says so, and that entries wait on this device. Nothing about a patient is
// ever put into this cache: it holds one page without names, and what that page is made of.

const CACHE = "needlepoint-offline-1";
const PAGE = "/offline/";

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    const answer = await fetch(PAGE, { cache: "reload" });
    const parts = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
    await cache.put(PAGE, answer);
    await cache.addAll(parts);
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => caches.match(request)));
});
