using System.Net;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Security;

/// <summary>
/// Decides who may connect. A password check costs tens of milliseconds by design, so few run at a time, off the connections' loop, and one
/// that succeeded is remembered (as a keyed hash, in memory only) for as long as the user's line in the users file stays as it is.
/// </summary>
/// <remarks>May be used on any thread.</remarks>
internal sealed class Authentication : IDisposable
{
    /// <summary>Clients that wait longer have given up by themselves. Their checks go on: when they come back, they are let in at once.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private const int MaximumWorkers = 8;

    private readonly BrokerUsers _users;
    private readonly bool _allowAnonymous;
    private readonly TimeProvider _time;
    private readonly ILogger<Authentication> _logger;
    private readonly Credentials _credentials = new();
    private readonly FailedSignIns _failed;
    private readonly PasswordQueue _queue;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, UInt128> _remembered = new(StringComparer.Ordinal);
    private int _usersVersion;

    public Authentication(BrokerUsers users, BrokerConfig config, TimeProvider time, ILogger<Authentication> logger)
    {
        (_users, _allowAnonymous, _time, _logger) = (users, config.AllowAnonymous, time, logger);
        _usersVersion = users.Version;
        _failed = new FailedSignIns(time);
        // All cores, but behind everyone else: while a plant signs in, those who are in already are served. Each takes 19 MiB.
        _queue = new PasswordQueue(Check, Math.Min(Environment.ProcessorCount, MaximumWorkers));
    }

    /// <summary>Passwords that wait to be checked.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Decides what needs no password check: clients without a user, and credentials that were right or wrong a moment ago.</summary>
    public bool TryDecideNow(string? userName, byte[]? password, IPAddress? remote, out Verdict verdict)
    {
        if (string.IsNullOrEmpty(userName))
            verdict = DecideAnonymous(remote);
        else if (userName.Length > BrokerUsers.MaximumNameLength || password?.Length > BrokerUsers.MaximumPasswordLength)
            verdict = Verdict.WrongCredentials; // nobody has those, and everybody may know it
        else
            return TryRecall(userName, password ?? [], remote, out verdict);
        return true;
    }

    /// <summary>Decides about one client; it takes as long as the checks that wait before it, but not longer than <see cref="LongestWait"/>.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, or the broker stops.</exception>
    public async ValueTask<Verdict> DecideAsync(string? userName, byte[]? password, IPAddress? remote, CancellationToken cancellation)
    {
        RefreshUsers();
        if (TryDecideNow(userName, password, remote, out var verdict))
            return verdict;
        var source = Source.Of(remote);
        var pair = _credentials.KeyOf(userName!, source);
        if (_failed.Reserve(pair) is not { } wait)
            return Verdict.SlowedDown;
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _time, cancellation);
        var check = new PasswordCheck(userName!, password ?? [], source, pair, _credentials.KeyOf(userName!, password, _users.Find(userName!)));
        try
        {
            return await _queue.Add(check).WaitAsync(LongestWait, _time, cancellation);
        }
        catch (TimeoutException)
        {
            return Verdict.Busy;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private Verdict DecideAnonymous(IPAddress? remote)
    {
        if (!_allowAnonymous)
            return Verdict.AnonymousRefused;
        if (remote is { IsIPv4MappedToIPv6: true })
            remote = remote.MapToIPv4();
        return remote is not null && IPAddress.IsLoopback(remote) ? Verdict.Accepted : Verdict.AnonymousFromElsewhere;
    }

    private bool TryRecall(string userName, byte[] password, IPAddress? remote, out Verdict verdict)
    {
        verdict = Verdict.WrongCredentials;
        if (!_users.TryFindNow(userName, out var stored))
            return false; // the file has changed: reading it is nothing for the loop
        var credentials = _credentials.KeyOf(userName, password, stored);
        if (!IsRemembered(userName, credentials))
            return _failed.IsKnownWrong(_credentials.KeyOf(userName, Source.Of(remote)), credentials);
        verdict = Verdict.Accepted;
        return true;
    }

    private bool IsRemembered(string userName, UInt128 credentials)
    {
        lock (_lock)
            return _remembered.TryGetValue(userName, out var right) && right == credentials;
    }

    /// <summary>Runs on a worker.</summary>
    private Verdict Check(PasswordCheck check)
    {
        RefreshUsers();
        var stored = _users.Find(check.UserName);
        var credentials = _credentials.KeyOf(check.UserName, check.Password, stored);
        if (!IsRemembered(check.UserName, credentials) && !BrokerUsers.Verify(stored, check.Password)) // it may have come from two sources
        {
            _failed.Failed(check.Pair, credentials);
            return Verdict.WrongCredentials;
        }

        _failed.Succeeded(check.Pair);
        lock (_lock)
            _remembered[check.UserName] = credentials;
        return Verdict.Accepted;
    }

    private void RefreshUsers()
    {
        var version = _users.Refresh();
        lock (_lock)
        {
            if (version == _usersVersion)
                return;
            _usersVersion = version;
            // Those whose line has changed are not found any more, as the stored hash is part of the key; the rest stay warm.
            foreach (var name in _remembered.Keys.Except(_users.Names).ToList())
                _remembered.Remove(name);
        }

        _logger.UsersReloaded(_users.Path, _users.Names.Count);
        foreach (var fault in _users.Faults)
            _logger.UserLineUnreadable(_users.Path, fault);
    }
}
