/* The two live regions of the layout: #say waits its turn, #alarm interrupts. */

const put = (id, text) => {
  const region = document.getElementById(id);
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
};

export const say = (text) => put("say", text);
export const alarm = (text) => put("alarm", text);
