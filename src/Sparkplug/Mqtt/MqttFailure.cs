namespace Sparkplug.Mqtt;

/// <summary>A connection cannot go on; the message says why, for people. Caught once, where the connection runs.</summary>
internal sealed class MqttFailure(string message) : Exception(message);
