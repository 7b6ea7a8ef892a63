// HTTP2Transport
