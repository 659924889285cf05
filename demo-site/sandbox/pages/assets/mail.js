// Shows a mail as soon as it arrives, without touching the one that is open.
new EventSource('/mail/arrivals').onmessage = async () => {
  const response = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  document.querySelector('#messages').replaceWith(fresh.querySelector('#messages'));
};

// As high as the mail, so that only the page scrolls.
const frame = document.querySelector('iframe');
const fit = () => {
  frame.style.height = '0';
  const { documentElement } = frame.contentDocument;
  frame.style.height = `${documentElement.scrollHeight + 2}px`;
};
if (frame) {
  frame.addEventListener('load', fit);
  if (frame.contentDocument?.readyState === 'complete') fit();
}
