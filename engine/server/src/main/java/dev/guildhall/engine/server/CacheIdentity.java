package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.proto.v1.PrefillRequest;

/**
 * What two ranks must have in common for one to take over cache pages of the other: the same
 * weights, laid out in the same way.
 */
record CacheIdentity(String modelDigest, String form, int pageTokens) {

  static CacheIdentity of(String modelDigest, CacheGeometry cache) {
    return new CacheIdentity(modelDigest, cache.form(), cache.pageTokens());
  }

  static CacheIdentity of(PrefillRequest request) {
    return new CacheIdentity(
        request.getModelDigest(), request.getCacheForm(), request.getPageTokens());
  }

  void into(PrefillRequest.Builder request) {
    request.setModelDigest(modelDigest).setCacheForm(form).setPageTokens(pageTokens);
  }
}
