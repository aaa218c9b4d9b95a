// Before the first paint, so that nobody who chose dark is shown white: the one script that is not a module.
(function () {
  var theme = localStorage.getItem('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
})();
