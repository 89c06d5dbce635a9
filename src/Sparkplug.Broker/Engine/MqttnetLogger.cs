using System.Globalization;
using Microsoft.Extensions.Logging;
using MQTTnet.Diagnostics.Logger;

namespace Sparkplug.Broker.Engine;

/// <summary>MQTTnet's messages in our log. It calls a client's broken connection an error; to us it is a detail.</summary>
internal sealed class MqttnetLogger(ILogger<MqttnetLogger> logger) : IMqttNetLogger
{
    public bool IsEnabled => logger.IsEnabled(LogLevel.Debug);

    public void Publish(MqttNetLogLevel level, string source, string message, object[] parameters, Exception exception)
    {
        if (level < MqttNetLogLevel.Warning)
            return;
        var text = parameters is { Length: > 0 } ? string.Format(CultureInfo.InvariantCulture, message, parameters) : message;
        logger.EngineSaid(source, text, exception);
    }
}
