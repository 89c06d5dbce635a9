using System.Globalization;
using System.Text;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;

namespace Sparkplug.Broker.Administration;

/// <summary>
/// What the broker tells about itself on <c>$SYS/broker/</c>, under the names that mosquitto gave these topics. A topic is published when
/// its value has changed, retained in memory alone, at QoS 0: nothing of it is owed to a client that is away.
/// </summary>
internal sealed class SysTopics : IDue
{
    /// <summary>Nobody else publishes below it.</summary>
    public const string Prefix = "$SYS/broker/";

    private readonly BrokerEngine _engine;
    private readonly long _interval;
    private readonly Value[] _values;

    public SysTopics(BrokerEngine engine, TimeSpan interval)
    {
        (_engine, _interval) = (engine, (long)interval.TotalMilliseconds);
        var metrics = engine.Metrics;
        _values =
        [
            new("version", () => $"Sparkplug {ProductVersion.Text}"),
            new("uptime", () => $"{engine.Clock.Now / 1000} seconds"),
            Count("clients/total", () => engine.Sessions.Count),
            Count("clients/connected", () => engine.ConnectedCount),
            Count("clients/disconnected", () => engine.Sessions.Count - engine.ConnectedCount),
            Count("messages/received", () => metrics.PacketsReceived),
            Count("messages/sent", () => metrics.PacketsSent),
            Count("bytes/received", () => metrics.BytesReceived),
            Count("bytes/sent", () => metrics.BytesSent),
            Count("publish/messages/received", () => metrics.MessagesReceived),
            Count("publish/messages/sent", () => metrics.MessagesSent),
            Count("publish/messages/dropped", () => metrics.MessagesDropped),
            Count("subscriptions/count", () => engine.Subscriptions.Tree.Count),
            Count("retained messages/count", () => engine.Retained.Count),
            Count("store/messages/count", () => engine.Retained.Count + engine.Queued),
        ];
    }

    /// <summary>Publishes all of them and goes on; before the loop starts, or on it.</summary>
    public void Begin() => Due(_engine.Clock.Now);

    /// <inheritdoc/>
    public void Due(long now)
    {
        foreach (var value in _values)
            if (value.HasChanged(out var text))
                Publish(value.Topic, text);
        _engine.Deadlines.Add(this, now + _interval);
    }

    private static Value Count(string name, Func<long> read) => new(name, () => read().ToString(CultureInfo.InvariantCulture));

    private void Publish(byte[] topic, string text)
    {
        var publication = new Publication
        {
            Topic = _engine.Topics.Get(topic),
            Payload = Encoding.UTF8.GetBytes(text),
            Qos = Qos.AtMostOnce,
            Retain = true,
            IsVolatile = true,
        };
        _engine.Distributor.Publish(ref publication);
    }

    private sealed class Value(string name, Func<string> read)
    {
        private string _last = "";

        public byte[] Topic { get; } = Encoding.UTF8.GetBytes(Prefix + name);

        public bool HasChanged(out string text)
        {
            text = read();
            if (text == _last)
                return false;
            _last = text;
            return true;
        }
    }
}
