namespace Sparkplug.Mqtt;

/// <summary>The MQTT version that a link speaks.</summary>
public enum MqttVersion
{
    /// <summary>MQTT 3.1.1.</summary>
    V311,

    /// <summary>MQTT 5.0.</summary>
    V5,
}
