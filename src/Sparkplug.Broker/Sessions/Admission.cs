using System.Security.Cryptography;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>Decides about a CONNECT (MQTT 5, 3.1.4): who it is, whether there is room, which session is its own.</summary>
internal sealed class Admission(BrokerEngine engine, Authentication authentication, Overload overload)
{
    /// <summary>Every CONNACK fits into it, when what may be left out is left out.</summary>
    private const uint SmallestPacketSize = 64;

    /// <summary>Takes a CONNECT; the client gets its CONNACK now or when its password has been checked and its session is on the disk.</summary>
    public void Begin(Client client, ConnectPacket connect)
    {
        if (FaultOf(connect) is { } fault)
        {
            Refuse(client, connect, fault.Reason, fault.Why);
            return;
        }

        if (overload.Refuses(out var why))
        {
            var reason = engine.Backup is null ? ReasonCode.ServerBusy : ReasonCode.UseAnotherServer;
            Refuse(client, connect, connect.Version == ProtocolVersion.V5 ? reason : ReasonCode.ServerUnavailable, why, engine.Backup);
            return;
        }

        if (client.Connection.CertificateUser is { } user)
            Accept(client, connect, user);
        else if (authentication.TryDecideNow(connect.UserName, connect.Password, client.Connection.Remote.Address, out var verdict))
            Decide(client, connect, verdict);
        else
            CheckPassword(client, connect);
    }

    private static (ReasonCode Reason, string Why)? FaultOf(ConnectPacket connect)
    {
        if (connect.AuthenticationMethod is not null)
            return (ReasonCode.BadAuthenticationMethod, "there is no authentication method but user and password");
        if (connect.MaximumPacketSize < SmallestPacketSize)
            return (ReasonCode.PacketTooLarge, $"its Maximum Packet Size of {connect.MaximumPacketSize} has no room for CONNACK");
        if (connect.ClientId.Length == 0 && connect.Version == ProtocolVersion.V311 && !connect.CleanStart)
            return (ReasonCode.ClientIdentifierNotValid, "a session that stays needs a client id (MQTT-3.1.3-8)");
        return null;
    }

    private void CheckPassword(Client client, ConnectPacket connect)
    {
        var check = authentication.DecideAsync(connect.UserName, connect.Password, client.Connection.Remote.Address, engine.Stopping);
        _ = DecideAsync();

        async Task DecideAsync()
        {
            Verdict verdict;
            try
            {
                verdict = await check.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return; // the broker stops, and its connections with it
            }
            catch (Exception fault) // the users file, the hash library: whatever it is, this client waits for an answer
            {
                engine.Log.AuthenticationFailed(fault);
                verdict = Verdict.Busy;
            }

            engine.Post(() => Decide(client, connect, verdict));
        }
    }

    private void Decide(Client client, ConnectPacket connect, Verdict verdict)
    {
        if (client.IsOver)
            return;
        var isVersion5 = connect.Version == ProtocolVersion.V5;
        switch (verdict)
        {
            case Verdict.Accepted:
                Accept(client, connect, string.IsNullOrEmpty(connect.UserName) ? null : connect.UserName);
                break;
            case Verdict.WrongCredentials:
                Refuse(client, connect, ReasonCode.BadUserNameOrPassword, "unknown user or wrong password");
                break;
            case Verdict.Busy:
                Refuse(client, connect, isVersion5 ? ReasonCode.ServerBusy : ReasonCode.ServerUnavailable, "too many passwords wait to be checked");
                break;
            case Verdict.SlowedDown:
                Refuse(client, connect, isVersion5 ? ReasonCode.ServerBusy : ReasonCode.ServerUnavailable, "this user has failed too often from this address");
                break;
            case Verdict.AnonymousFromElsewhere:
                Refuse(client, connect, ReasonCode.NotAuthorized, "it has no user name and is not on this machine");
                break;
            default:
                Refuse(client, connect, ReasonCode.NotAuthorized, "it has no user name, and Broker:AllowAnonymous is off");
                break;
        }
    }

    private void Accept(Client client, ConnectPacket connect, string? userName)
    {
        var isAssigned = connect.ClientId.Length == 0;
        var clientId = isAssigned ? $"auto-{RandomNumberGenerator.GetHexString(20, lowercase: true)}" : connect.ClientId;
        if (connect.Will is { } will && Forbids(will, userName, clientId) is { } rule)
        {
            Refuse(client, connect, ReasonCode.NotAuthorized, $"its Will is not allowed: {rule}");
            return;
        }

        var previous = engine.Sessions.Find(clientId);
        if (previous is { Holder: not null } && previous.UserName != userName)
        {
            Refuse(client, connect, ReasonCode.NotAuthorized, "its client id is in use by another user"); // who would lose the connection
            return;
        }

        if (engine.Sessions.Count >= engine.Limits.Sessions && previous is null)
        {
            Refuse(client, connect, ReasonCode.QuotaExceeded, $"there are {engine.Limits.Sessions} sessions already");
            return;
        }

        var session = engine.Sessions.Open(connect, clientId, userName, out var isPresent);
        session.Holder = client;
        session.Permissions = engine.Access.For(userName, clientId);
        var keepAlive = KeepAliveOf(connect);
        client.Attach(session, connect, keepAlive);
        var batch = Promise(client, session, connect, endsAnother: previous is { IsDurable: true } && previous != session);
        LogConnected(client.Connection, clientId, userName, connect.Version);
        client.Owe(new Acknowledgement(PacketType.Connack, 0, ReasonCode.Success, batch, Connack: new ConnackPacket
        {
            Reason = ReasonCode.Success,
            SessionPresent = isPresent,
            SessionExpiryInterval = session.ExpiryInterval == connect.SessionExpiryInterval ? null : session.ExpiryInterval,
            ReceiveMaximum = engine.Limits.ReceiveMaximum,
            MaximumPacketSize = (uint)engine.Limits.PacketSize,
            TopicAliasMaximum = engine.Limits.TopicAliases,
            AssignedClientIdentifier = isAssigned ? clientId : null,
            ServerKeepAlive = keepAlive == connect.KeepAlive ? null : keepAlive,
            ResponseInformation = connect.RequestResponseInformation ? $"response/{clientId}/" : null,
        }));
    }

    private void LogConnected(Connection connection, string clientId, string? userName, ProtocolVersion version)
    {
        var user = connection.CertificateUser is null ? Shown.User(userName) : $"{Shown.User(userName)} (by certificate)";
        engine.Log.ClientConnected(Shown.Text(clientId), user, connection.Remote, Shown.Protocol(version), connection.Transport);
    }

    /// <summary>
    /// A Will, a session that stays and the end of one that stayed are promises: CONNACK waits for the disk. Everyone else waits for nothing.
    /// </summary>
    private long Promise(Client client, Session session, ConnectPacket connect, bool endsAnother)
    {
        var hasWill = engine.Wills.Keep(session, connect.Will);
        if (session.ExpiryInterval > 0)
            session.IsDurable = true;
        if (session.IsDurable)
            engine.Durability.Add(new StoreChange.PutSession(session.ToStored()));
        return (hasWill || session.IsDurable || endsAnother) && engine.Durability.IsAccepting ? engine.Durability.Promise(client) : 0;
    }

    private string? Forbids(ConnectWill will, string? userName, string clientId)
    {
        var decision = engine.Access.For(userName, clientId).MayPublish(will.Topic);
        return decision.IsAllowed ? null : decision.Rule;
    }

    private ushort KeepAliveOf(ConnectPacket connect)
    {
        var maximum = (ushort)engine.Limits.KeepAlive.TotalSeconds;
        if (maximum == 0 || connect.Version != ProtocolVersion.V5)
            return connect.KeepAlive;
        return connect.KeepAlive == 0 ? maximum : Math.Min(connect.KeepAlive, maximum);
    }

    private void Refuse(Client client, ConnectPacket connect, ReasonCode reason, string why, string? serverReference = null)
    {
        engine.Metrics.ConnectionRefused(reason.ToString());
        var clientId = connect.ClientId.Length == 0 ? "A client without an id" : Shown.Text(connect.ClientId);
        engine.Log.ConnectionRefused(clientId, Shown.User(connect.UserName), client.Connection.Remote, why);
        client.Refuse(reason, why, serverReference);
    }
}
