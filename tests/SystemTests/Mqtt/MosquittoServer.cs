using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using SystemTests.Support;

namespace SystemTests.Mqtt;

/// <summary>How a <see cref="MosquittoServer"/> is set up.</summary>
internal sealed record MosquittoOptions
{
    /// <summary>User names and passwords; without any everyone may come in.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>Lines of an ACL file; null for no limits.</summary>
    public string? Acl { get; init; }

    /// <summary>Subscriptions to what this filter covers are refused, which an ACL file cannot do; null for none.</summary>
    public string? RefusesSubscriptions { get; init; }

    /// <summary>Certificate, key and authority of a TLS listener beside the plain one; null for none.</summary>
    public MosquittoTls? Tls { get; init; }

    /// <summary>Further lines of the configuration.</summary>
    public string More { get; init; } = "";
}

/// <summary>A TLS listener.</summary>
internal sealed record MosquittoTls(string CertificateFile, string KeyFile, string CaFile, bool RequireCertificate = false);

/// <summary>A real mosquitto on free ports of the loopback interface, with a folder of its own; it can be killed and started again.</summary>
internal sealed class MosquittoServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto").FullName;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly MosquittoOptions _options;
    private readonly int _port = FreePort.Take();
    private readonly int _tlsPort = FreePort.Take();
    private Process? _process;

    private MosquittoServer(MosquittoOptions options) => _options = options;

    public Uri Address => new($"mqtt://127.0.0.1:{_port}");

    /// <summary>The TLS listener under a name or address.</summary>
    public Uri TlsAddress(string host = "127.0.0.1") => new($"mqtts://{host}:{_tlsPort}");

    public int Port => _port;

    /// <summary>What the server has said so far.</summary>
    public string Log => string.Join('\n', _log);

    public static async Task<MosquittoServer> StartAsync(MosquittoOptions? options = null)
    {
        var server = new MosquittoServer(options ?? new MosquittoOptions());
        await server.ConfigureAsync();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it again on the same ports.</summary>
    public async Task StartAgainAsync()
    {
        _process = Launch("mosquitto", "-v", "-c", Path.Combine(_folder, "mosquitto.conf"));
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await AnswersAsync(deadline.Token))
        {
            if (_process.HasExited) throw new InvalidOperationException($"mosquitto did not start:\n{Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ConfigureAsync()
    {
        var lines = new List<string>
        {
            // As root it would become another user and lose sight of its folder.
            "user root", "persistence false", "log_dest stderr",
            $"allow_anonymous {(_options.Users.Count == 0 ? "true" : "false")}",
            $"listener {_port} 127.0.0.1",
        };
        if (_options.Tls is { } tls)
        {
            lines.AddRange([$"listener {_tlsPort} 127.0.0.1", $"certfile {tls.CertificateFile}", $"keyfile {tls.KeyFile}", $"cafile {tls.CaFile}",
                $"require_certificate {(tls.RequireCertificate ? "true" : "false")}"]);
        }
        if (_options.Users.Count > 0) lines.Add($"password_file {await PasswordsAsync()}");
        if (_options.Acl is { } acl)
        {
            var file = Path.Combine(_folder, "acl");
            await File.WriteAllTextAsync(file, acl + "\n");
            Protect(file);
            lines.Add($"acl_file {file}");
        }
        if (_options.RefusesSubscriptions is { } filter) lines.AddRange(await RefuseSubscriptionsAsync(filter));
        lines.Add(_options.More);
        await File.WriteAllTextAsync(Path.Combine(_folder, "mosquitto.conf"), string.Join('\n', lines) + "\n");
    }

    private async Task<string[]> RefuseSubscriptionsAsync(string filter)
    {
        const string Plugin = "mosquitto_dynamic_security.so";
        var plugin = Directory.EnumerateDirectories("/usr/lib").Select(folder => Path.Combine(folder, Plugin)).First(File.Exists);
        var file = Path.Combine(_folder, "security.json");
        await File.WriteAllTextAsync(file, $$"""
            {
              "defaultACLAccess": { "publishClientSend": true, "publishClientReceive": true, "subscribe": true, "unsubscribe": true },
              "anonymousGroup": "everyone",
              "clients": [],
              "groups": [{ "groupname": "everyone", "roles": [{ "rolename": "limits" }] }],
              "roles": [{ "rolename": "limits", "acls": [{ "acltype": "subscribePattern", "topic": "{{filter}}", "priority": 0, "allow": false }] }]
            }
            """);
        Protect(file);
        return [$"plugin {plugin}", $"plugin_opt_config_file {file}"];
    }

    private async Task<string> PasswordsAsync()
    {
        var file = Path.Combine(_folder, "passwords");
        await File.WriteAllTextAsync(file, "");
        Protect(file);
        foreach (var (user, password) in _options.Users)
        {
            using var process = Launch("mosquitto_passwd", "-b", file, user, password);
            await process.WaitForExitAsync();
            if (process.ExitCode != 0) throw new InvalidOperationException($"mosquitto_passwd failed:\n{Log}");
        }
        return file;
    }

    private static void Protect(string file)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private Process Launch(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        // Debian keeps the server where only root looks.
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin";
        if (program == "mosquitto" && File.Exists("/usr/sbin/mosquitto")) start.FileName = "/usr/sbin/mosquitto";
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private void Note(string? line)
    {
        if (line is not null) _log.Enqueue(line);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", _port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
