// Every book, compiled for this engine.
#include "store/sqlite/open_books.h"

template class linebook::books::Books<linebook::sqlite::Session>;
