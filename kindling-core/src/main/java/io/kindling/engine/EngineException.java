package io.kindling.engine;

/** The compute engine refused a network or a batch; its message says what the engine said. */
public final class EngineException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
