// On a narrow screen the contents would be all that one sees first.
if (innerWidth < 1024) document.querySelector('.reference details').open = false;
