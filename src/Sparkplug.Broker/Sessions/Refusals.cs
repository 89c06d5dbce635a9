using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Sessions;

/// <summary>Counts each refusal and says it once per cause: who, what, and by which rule.</summary>
internal sealed class Refusals(BrokerMetrics metrics, ILogger logger)
{
    /// <summary>Causes that are remembered; a client that makes up topics must not fill the memory.</summary>
    private const int MaximumRemembered = 10_000;

    private readonly HashSet<(string Who, string What, string Rule)> _said = [];

    public void Publish(Session session, Topic topic, string rule)
    {
        metrics.PublishRefused();
        if (IsNew(session.ClientId, "publish", rule))
            logger.PublishRefused(Shown.Text(session.ClientId), Shown.User(session.UserName), Shown.Text(topic.Text), rule);
    }

    public void Read(Session session, Topic topic, string rule)
    {
        metrics.DeliveryRefused();
        if (IsNew(session.ClientId, "read", rule))
            logger.DeliveryRefused(Shown.Text(session.ClientId), Shown.User(session.UserName), Shown.Text(topic.Text), rule);
    }

    public void Subscribe(Session session, string filter, string rule)
    {
        metrics.SubscriptionRefused();
        if (IsNew(session.ClientId, filter, rule))
            logger.SubscriptionRefused(Shown.Text(session.ClientId), Shown.User(session.UserName), Shown.Text(filter), rule);
    }

    public void Will(string clientId, Topic topic, string rule)
    {
        metrics.PublishRefused();
        if (IsNew(clientId, "Will", rule))
            logger.WillRefused(Shown.Text(clientId), Shown.Text(topic.Text), rule);
    }

    /// <summary>The memory for retained messages is used up.</summary>
    public void Retained(string? clientId, Topic topic)
    {
        metrics.PublishRefused();
        if (IsNew(clientId ?? "", "retain", ""))
            logger.RetainedQuotaExceeded(Shown.Text(clientId), Shown.Text(topic.Text));
    }

    /// <summary>The disk does not take what the message promises.</summary>
    public void Disk(string? clientId, Topic topic)
    {
        metrics.PublishRefused();
        if (IsNew(clientId ?? "", "disk", ""))
            logger.DiskRefuses(Shown.Text(clientId), Shown.Text(topic.Text));
    }

    private bool IsNew(string who, string what, string rule)
    {
        if (_said.Count >= MaximumRemembered)
            _said.Clear();
        return _said.Add((who, what, rule));
    }
}
