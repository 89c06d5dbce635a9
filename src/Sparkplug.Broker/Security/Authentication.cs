using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Security;

/// <summary>What <see cref="Authentication"/> says to a client that wants to connect.</summary>
internal enum Verdict
{
    Accepted,

    /// <summary>No user name, and anonymous access is off.</summary>
    AnonymousRefused,

    /// <summary>No user name, and the client is not on this machine.</summary>
    AnonymousFromElsewhere,

    /// <summary>The user is unknown or the password wrong; which of the two is nobody's business.</summary>
    WrongCredentials,

    /// <summary>Too many passwords are being checked at this moment.</summary>
    Busy,
}

/// <summary>
/// Decides who may connect. A password check costs tens of milliseconds by design, so few run at a time, off the connections' loops,
/// and one that succeeded is remembered (as a keyed hash, in memory only) until the users file changes.
/// </summary>
internal sealed class Authentication : IDisposable
{
    private const int MaximumRemembered = 100_000, MaximumWaiting = 1_000;

    /// <summary>Some two seconds of checks: one address that tries passwords does not keep the others from signing in.</summary>
    private const int MaximumWaitingFromOne = 50;

    private readonly BrokerUsers _users;
    private readonly bool _allowAnonymous;
    private readonly ILogger<Authentication> _logger;
    private readonly SemaphoreSlim _checks = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _remembered = [];
    private readonly Dictionary<IPAddress, int> _waitingFrom = [];
    private int _rememberedVersion, _waiting;

    public Authentication(BrokerUsers users, BrokerConfig config, ILogger<Authentication> logger)
    {
        _users = users;
        _allowAnonymous = config.AllowAnonymous;
        _logger = logger;
        _rememberedVersion = users.Version;
    }

    /// <summary>Decides about one client.</summary>
    public async ValueTask<Verdict> DecideAsync(string? userName, byte[]? password, IPAddress? remote, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(userName))
            return DecideAnonymous(remote);
        var credentials = Fingerprint(userName, password ?? []);
        if (IsRemembered(credentials))
            return Verdict.Accepted;
        return await CheckAsync(userName, password ?? [], credentials, remote ?? IPAddress.None, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _checks.Dispose();

    private Verdict DecideAnonymous(IPAddress? remote)
    {
        if (!_allowAnonymous)
            return Verdict.AnonymousRefused;
        if (remote is { IsIPv4MappedToIPv6: true })
            remote = remote.MapToIPv4();
        return remote is not null && IPAddress.IsLoopback(remote) ? Verdict.Accepted : Verdict.AnonymousFromElsewhere;
    }

    private async ValueTask<Verdict> CheckAsync(string userName, byte[] password, string credentials, IPAddress remote, CancellationToken cancellation)
    {
        if (!TryQueue(remote))
            return Verdict.Busy;

        try
        {
            await _checks.WaitAsync(cancellation);
            try
            {
                var version = RefreshUsers();
                if (!await Task.Run(() => _users.Verify(userName, password), cancellation))
                    return Verdict.WrongCredentials;
                Remember(credentials, version);
                return Verdict.Accepted;
            }
            finally
            {
                _checks.Release();
            }
        }
        finally
        {
            LeaveQueue(remote);
        }
    }

    private bool TryQueue(IPAddress remote)
    {
        lock (_lock)
        {
            var fromHere = _waitingFrom.GetValueOrDefault(remote);
            if (_waiting >= MaximumWaiting || fromHere >= MaximumWaitingFromOne)
                return false;
            _waiting++;
            _waitingFrom[remote] = fromHere + 1;
            return true;
        }
    }

    private void LeaveQueue(IPAddress remote)
    {
        lock (_lock)
        {
            _waiting--;
            if (--_waitingFrom[remote] == 0)
                _waitingFrom.Remove(remote);
        }
    }

    private bool IsRemembered(string credentials)
    {
        RefreshUsers();
        lock (_lock)
            return _remembered.Contains(credentials);
    }

    private void Remember(string credentials, int version)
    {
        lock (_lock)
        {
            if (version != _rememberedVersion)
                return;
            if (_remembered.Count >= MaximumRemembered)
                _remembered.Clear();
            _remembered.Add(credentials);
        }
    }

    private int RefreshUsers()
    {
        var version = _users.Refresh();
        lock (_lock)
        {
            if (version == _rememberedVersion)
                return version;
            _remembered.Clear();
            _rememberedVersion = version;
        }

        _logger.UsersReloaded(_users.Path, _users.Names.Count);
        foreach (var fault in _users.Faults)
            _logger.UserLineUnreadable(_users.Path, fault);
        return version;
    }

    private string Fingerprint(string userName, byte[] password)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(BitConverter.GetBytes(Encoding.UTF8.GetByteCount(userName)));
        hash.AppendData(Encoding.UTF8.GetBytes(userName));
        hash.AppendData(password);
        return Convert.ToBase64String(hash.GetHashAndReset());
    }
}
