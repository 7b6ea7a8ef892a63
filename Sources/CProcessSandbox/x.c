int nl_x;
