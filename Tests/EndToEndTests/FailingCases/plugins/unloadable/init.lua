return { did_receive = function() end, matches = {} }
