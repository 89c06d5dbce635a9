using System.Runtime.InteropServices;

namespace Benchmarks.Native;

/// <summary>
/// TLS on our own descriptors. SslStream would cost several microseconds a message on the generator's side; this is the encryption and nothing else.
/// </summary>
internal static unsafe partial class OpenSsl
{
    public const int WantRead = 2, WantWrite = 3;

    private const string Library = "libssl.so.3";
    private const int PemFile = 1;
    private const int ModeControl = 33, ReadAheadControl = 41;
    private const nint PartialWrite = 1, MovingWriteBuffer = 2, ReleaseBuffers = 0x10;

    [LibraryImport(Library, EntryPoint = "TLS_client_method")]
    private static partial nint ClientMethod();

    [LibraryImport(Library, EntryPoint = "TLS_server_method")]
    private static partial nint ServerMethod();

    [LibraryImport(Library, EntryPoint = "SSL_CTX_new")]
    private static partial nint NewContext(nint method);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint ContextControl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_set_default_read_buffer_len")]
    private static partial void SetReadBuffer(nint context, nuint length);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_use_certificate_chain_file", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UseCertificate(nint context, string file);

    [LibraryImport(Library, EntryPoint = "SSL_CTX_use_PrivateKey_file", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UseKey(nint context, string file, int type);

    [LibraryImport(Library, EntryPoint = "SSL_new")]
    private static partial nint NewSession(nint context);

    [LibraryImport(Library, EntryPoint = "SSL_set_fd")]
    private static partial int SetDescriptor(nint session, int descriptor);

    [LibraryImport(Library, EntryPoint = "SSL_set_connect_state")]
    private static partial void SetConnecting(nint session);

    [LibraryImport(Library, EntryPoint = "SSL_set_accept_state")]
    private static partial void SetAccepting(nint session);

    [LibraryImport(Library, EntryPoint = "SSL_do_handshake")]
    public static partial int Handshake(nint session);

    [LibraryImport(Library, EntryPoint = "SSL_read")]
    public static partial int Read(nint session, byte* buffer, int length);

    [LibraryImport(Library, EntryPoint = "SSL_write")]
    public static partial int Write(nint session, byte* bytes, int length);

    [LibraryImport(Library, EntryPoint = "SSL_get_error")]
    public static partial int Error(nint session, int answer);

    [LibraryImport(Library, EntryPoint = "SSL_free")]
    public static partial void Free(nint session);

    [LibraryImport("libcrypto.so.3", EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    /// <summary>
    /// What the client's connections share. It trusts every server: it is not the server's identity that is measured.
    /// A large read buffer takes many records with one recv; it is allocated anew for each read, so it is for busy readers only.
    /// </summary>
    public static nint ClientContext(int readBuffer)
    {
        var context = Prepared(NewContext(ClientMethod()));
        if (readBuffer > 0)
            SetReadBuffer(context, (nuint)readBuffer);
        return context;
    }

    /// <summary>What all connections of a server share.</summary>
    public static nint ServerContext(string certificateFile, string keyFile)
    {
        var context = Prepared(NewContext(ServerMethod()));
        if (UseCertificate(context, certificateFile) != 1 || UseKey(context, keyFile, PemFile) != 1)
            throw new IOException($"{certificateFile} and {keyFile} are no certificate and its key.");
        return context;
    }

    /// <summary>A connection's TLS state on a descriptor.</summary>
    public static nint Session(nint context, int descriptor, bool isServer)
    {
        var session = NewSession(context);
        if (session == 0 || SetDescriptor(session, descriptor) != 1)
            throw new IOException("OpenSSL gave no session.");
        if (isServer) SetAccepting(session);
        else SetConnecting(session);
        return session;
    }

    private static nint Prepared(nint context)
    {
        if (context == 0)
            throw new IOException("OpenSSL gave no context.");
        _ = ContextControl(context, ModeControl, PartialWrite | MovingWriteBuffer | ReleaseBuffers, 0);
        _ = ContextControl(context, ReadAheadControl, 1, 0);
        return context;
    }
}
