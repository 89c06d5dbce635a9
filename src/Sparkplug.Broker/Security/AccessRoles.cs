using Sparkplug.Topics;

namespace Sparkplug.Broker.Security;

/// <summary>What the parts of a Sparkplug plant may do, as filters.</summary>
internal static class AccessRoles
{
    private const string Namespace = SparkplugTopic.Namespace;

    /// <summary>
    /// Publishes its own births, data and deaths; reads its own commands and the STATE of all hosts, also where Sparkplug 2.2 had it.
    /// Reading ends in <c>/#</c>: that is how many edge nodes subscribe.
    /// </summary>
    public static AccessClause[] EdgeNode(string groupId, string edgeNodeId) =>
    [
        // What is published most often stands first.
        .. from type in (MessageType[])[MessageType.NDATA, MessageType.DDATA, MessageType.NBIRTH, MessageType.DBIRTH, MessageType.NDEATH, MessageType.DDEATH]
           select Write($"{Namespace}/{groupId}/{type}/{edgeNodeId}{(type.IsForDevice() ? "/+" : "")}"),
        Read($"{Namespace}/{groupId}/{MessageType.NCMD}/{edgeNodeId}/#"),
        Read($"{Namespace}/{groupId}/{MessageType.DCMD}/{edgeNodeId}/#"),
        ReadStates,
        ReadStates22,
    ];

    /// <summary>Reads what <see cref="Monitoring"/> reads; publishes commands to everyone, and its own STATE (also where Sparkplug 2.2 had it).</summary>
    public static AccessClause[] Host(string hostId) =>
    [
        .. Monitoring(),
        Write($"{Namespace}/+/{MessageType.NCMD}/+"),
        Write($"{Namespace}/+/{MessageType.DCMD}/+/+"),
        Write($"{Namespace}/{MessageType.STATE}/{hostId}"),
        Write($"{MessageType.STATE}/{hostId}"),
    ];

    /// <summary>Reads the namespace, the STATE topics of Sparkplug 2.2 and the birth certificates.</summary>
    public static AccessClause[] Monitoring() => [ReadNamespace, ReadAllStates22, ReadCertificates];

    private static readonly AccessClause
        ReadStates = Read($"{Namespace}/{MessageType.STATE}/+"),
        ReadStates22 = Read($"{MessageType.STATE}/+"),
        ReadNamespace = Read($"{Namespace}/#"),
        ReadAllStates22 = Read($"{MessageType.STATE}/#"),
        ReadCertificates = Read("$sparkplug/#");

    private static AccessClause Read(string filter) => new(isWrite: false, filter);

    private static AccessClause Write(string filter) => new(isWrite: true, filter);
}
